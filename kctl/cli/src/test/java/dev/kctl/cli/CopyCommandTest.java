package dev.kctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kctl.archive.Packing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Docker's rules of cp, for both directions. */
class CopyCommandTest {
  private static final String ARCHIVE = "/v1.51/containers/c/archive";
  private static final long DIRECTORY = 1L << 31 | 0755;
  private static final long FILE = 0644;

  @TempDir private Path temp;
  private CliFixture cli;

  @BeforeEach
  void makeEngine() throws IOException {
    cli = CliFixture.create();
    Files.createDirectories(temp.resolve("src/sub"));
    Files.writeString(temp.resolve("src/sub/file"), "deep");
    Files.writeString(temp.resolve("file"), "text");
    Files.createDirectory(temp.resolve("dir"));
    cli.engine.on("PUT " + ARCHIVE, 200, "");
  }

  @AfterEach
  void end() throws IOException {
    cli.close();
  }

  @ParameterizedTest
  @CsvSource({
    "file, /dir, /dir, file",
    "file, /dir/, /dir, file",
    "file, /old, /, old",
    "file, /dir/new, /dir, new",
    "src, /dir, /dir, src/sub/file",
    "src/., /dir, /dir, sub/file",
    "src, /dir/new, /dir, new/sub/file",
    "src/., /dir/new, /dir, new/sub/file",
    "file, link, /dir, file"
  })
  void copiesInByDockersRules(String source, String target, String directory, String made)
      throws IOException {
    has("/dir", DIRECTORY, "/old", FILE);
    assertThat(cli.run("cp", temp.resolve(".") + "/" + source, "c:" + target)).isZero();
    assertThat(cli.err()).isEmpty();
    assertThat(cli.requests())
        .contains(
            "PUT "
                + ARCHIVE
                + "?path="
                + Engine.encode(directory)
                + "&noOverwriteDirNonDir=true HTTP/1.1");
    var unpacked = Files.createDirectory(temp.resolve("unpacked"));
    new ProcessBuilder("tar", "xf", write(cli.requests().getLast()), "-C", unpacked.toString())
        .inheritIO()
        .start()
        .onExit()
        .join();
    assertThat(unpacked.resolve(made)).isRegularFile();
  }

  @ParameterizedTest
  @CsvSource({
    "/etc/f, FILE, dir, dir/f",
    "/etc/f, FILE, dir/new, dir/new",
    "/etc/f, FILE, file, file",
    "/etc/d, DIR, dir, dir/d/sub/file",
    "/etc/d/., DIR, dir, dir/sub/file",
    "/etc/d, DIR, new, new/sub/file",
    "/etc/d/., DIR, new, new/sub/file",
    "/, DIR, dir, dir/sub/file"
  })
  void copiesOutByDockersRules(String source, String kind, String target, String made)
      throws IOException {
    sends(kind.equals("DIR") ? temp.resolve("src") : temp.resolve("file"), "evil-name");
    assertThat(cli.run("cp", "c:" + source, temp.resolve(target).toString())).isZero();
    assertThat(cli.err()).isEmpty();
    assertThat(temp.resolve(made)).hasContent(kind.equals("DIR") ? "deep" : "text");
    assertThat(cli.requests())
        .contains(
            "GET " + ARCHIVE + "?path=" + Engine.encode(CopyPlace.clean(source)) + " HTTP/1.1");
  }

  @ParameterizedTest
  @CsvSource({
    "file, other, must specify at least one container source",
    "c:/a, d:/b, copying between containers is not supported",
    "/no/where, c:/, lstat /no/where: no such file or directory",
    "TEMP/file, c:/none/, destination directory /none/ must exist",
    "TEMP/src, c:/old, cannot copy directory",
    "TEMP/file/, c:/dir, not a directory"
  })
  void refusesWhatCannotBeCopied(String source, String target, String said) throws IOException {
    has("/dir", DIRECTORY, "/old", FILE);
    assertThat(cli.run("cp", source.replace("TEMP", temp.toString()), target)).isEqualTo(1);
    assertThat(cli.err()).startsWith("kctl: ").contains(said).hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({
    "DIR, file, cannot copy directory /x to file",
    "FILE, none/, must exist",
    "FILE, none/x, does not exist"
  })
  void refusesTargetsOfTheHostThatDoNotFit(String kind, String target, String said)
      throws IOException {
    sends(kind.equals("DIR") ? temp.resolve("src") : temp.resolve("file"), "x");
    assertThat(cli.run("cp", "c:/x", temp + "/" + target)).isEqualTo(1);
    assertThat(cli.err()).startsWith("kctl: ").contains(said);
    assertThat(temp.resolve("file")).hasContent("text");
  }

  @Test
  void letsNothingOfAHostileGuestOut() throws IOException {
    var evil = new ByteArrayOutputStream();
    var _ = Packing.pack(temp.resolve("file"), "../../evil", false, evil);
    answers(FILE, evil.toByteArray());
    assertThat(cli.run("cp", "c:/x", temp.resolve("dir").toString())).isEqualTo(1);
    assertThat(cli.err()).contains("leads out of it");
    assertThat(temp.resolve("evil")).doesNotExist();
    assertThat(temp.resolveSibling("evil")).doesNotExist();
  }

  @Test
  void streamsBothWays() throws IOException {
    var tar = new ByteArrayOutputStream();
    var _ = Packing.pack(temp.resolve("file"), "f", false, tar);
    answers(FILE, tar.toByteArray());
    assertThat(cli.run("cp", "c:/f", "-")).isZero();
    assertThat(cli.out.toByteArray()).isEqualTo(tar.toByteArray());
    cli.in = Channels.newChannel(new ByteArrayInputStream(tar.toByteArray()));
    assertThat(cli.run("cp", "-a", "-", "c:/dir")).isZero();
    assertThat(cli.requests().getLast()).isEqualTo(tar.toString(StandardCharsets.ISO_8859_1));
    assertThat(cli.requests())
        .contains(
            "PUT " + ARCHIVE + "?path=%2Fdir&noOverwriteDirNonDir=true&copyUIDGID=true HTTP/1.1");
  }

  @Test
  void saysWhatTheEngineSays() throws IOException {
    cli.engine.on("GET " + ARCHIVE, 404, "{\"message\":\"Could not find the file /x\"}");
    assertThat(cli.run("cp", "c:/x", temp.toString())).isEqualTo(1);
    has("/dir", DIRECTORY, "/old", FILE);
    cli.engine.on("PUT " + ARCHIVE, 403, "{\"message\":\"rootfs is marked read-only\"}");
    assertThat(cli.run("cp", temp.resolve("file").toString(), "c:/dir")).isEqualTo(1);
    assertThat(cli.err())
        .isEqualTo("kctl: Could not find the file /x\nkctl: rootfs is marked read-only\n");
  }

  @Test
  void tellsHowMuchWasCopiedOnATerminal() throws IOException {
    cli.tty.terminals.add(Tty.STDERR);
    has("/dir", DIRECTORY, "/old", FILE);
    assertThat(cli.run("cp", temp.resolve("file").toString(), "c:/dir")).isZero();
    assertThat(cli.err()).isEqualTo("Successfully copied 4B to c:/dir\n");
    assertThat(cli.run("cp", "-q", temp.resolve("file").toString(), "c:/dir")).isZero();
    assertThat(cli.err()).hasLineCount(1);
  }

  /** The files of the container; /link points to /dir. */
  private void has(String first, long firstMode, String second, long secondMode) {
    var modes = Map.of(first, firstMode, second, secondMode, "/", DIRECTORY);
    cli.engine.on(
        "HEAD " + ARCHIVE,
        exchange -> {
          var line = exchange.head().lines().findFirst().orElseThrow();
          var path = line.replaceAll(".*path=(\\S*).*", "$1").replace("%2F", "/");
          if (path.equals("/link")) {
            exchange.reply(200, stat(1L << 27, "/dir"), new byte[0]);
          } else if (modes.containsKey(path)) {
            exchange.reply(200, stat(modes.getOrDefault(path, 0L), ""), new byte[0]);
          } else {
            exchange.reply(404, "X: y", new byte[0]);
          }
        });
  }

  private void sends(Path source, String name) throws IOException {
    var tar = new ByteArrayOutputStream();
    var _ = Packing.pack(source, name, false, tar);
    answers(Files.isDirectory(source) ? DIRECTORY : FILE, tar.toByteArray());
  }

  private void answers(long mode, byte[] tar) {
    cli.engine.on("GET " + ARCHIVE, exchange -> exchange.reply(200, stat(mode, ""), tar));
  }

  private static String stat(long mode, String link) {
    var json = "{\"name\":\"x\",\"size\":1,\"mode\":" + mode + ",\"linkTarget\":\"" + link + "\"}";
    return "X-Docker-Container-Path-Stat: "
        + Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private String write(String tar) throws IOException {
    var bytes = tar.getBytes(StandardCharsets.ISO_8859_1);
    return Files.write(temp.resolve("sent.tar"), bytes).toString();
  }
}
