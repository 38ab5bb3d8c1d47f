package dev.kctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Finding, starting and replacing engines; the keeper is a script that notes how it was called. */
class EngineStarterTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path base;
  private @Nullable FakeEngine engine;

  @BeforeEach
  void makeInstallation() throws IOException {
    base = Files.createTempDirectory(Path.of("/tmp"), "kctl-start-");
    Files.createDirectories(base.resolve("home/lib"));
    keeper("exit 0");
  }

  @AfterEach
  void removeEverything() throws IOException {
    if (engine != null) {
      engine.close();
    }
    try (var files = Files.walk(base)) {
      for (var file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void usesTheEngineThatIsThere() throws IOException {
    startEngine("b1");
    starter("b1").connect().close();
    assertThat(base.resolve("called")).doesNotExist();
  }

  @Test
  void startsTheKeeperWithTheEnginesCommandLineAndWaits() throws Exception {
    var later =
        Thread.ofVirtual()
            .start(
                () -> {
                  waitFor(base.resolve("called"));
                  startEngine("b1");
                });
    starter("b1").connect().close();
    later.join();
    var folders = "--root " + base + "/state --runtime-dir " + base + "/run ";
    assertThat(base.resolve("called"))
        .hasContent(
            folders
                + "-- "
                + base
                + "/home/lib/kctl-engine "
                + folders
                + "--install "
                + base
                + "/home --accel tcg --vmm qemu --insecure-registry lan:5000"
                + " --registry-certificates /u/certs.d");
    assertThat(Files.getPosixFilePermissions(base.resolve("run")))
        .isSubsetOf(PosixFilePermissions.fromString("rwx--x--x"));
  }

  @Test
  void asksAnEngineOfAnotherBuildToHandOver() throws IOException {
    var old = startEngine("old");
    old.on(
        "POST /kctl/v1/shutdown",
        exchange -> {
          exchange.reply(204, "");
          old.close();
          Files.delete(old.socket());
          startEngine("new");
        });
    starter("new").connect().close();
    assertThat(old.requests()).contains("POST /kctl/v1/shutdown HTTP/1.1");
  }

  @Test
  void reportsTheLastLineOfTheLogWhenTheKeeperFails() throws IOException {
    keeper(
        "mkdir -p " + base + "/run; echo 'first\nno space' >" + base + "/run/engine.log; exit 3");
    assertThatThrownBy(() -> starter("b1").connect())
        .isInstanceOf(EngineFailure.class)
        .hasMessageContaining("code 3")
        .hasMessageContaining("no space")
        .hasMessageContaining("engine.log");
  }

  @Test
  void reportsAKeeperThatIsNotThere() throws IOException {
    Files.delete(base.resolve("home/lib/kctl-keeper"));
    assertThatThrownBy(() -> starter("b1").connect())
        .isInstanceOf(EngineFailure.class)
        .hasMessageContaining("kctl-keeper");
  }

  @Test
  void startsNothingForAnotherHost() {
    var settings = settings(base.resolve("other.sock").toString(), base.resolve("run"));
    var starter = new EngineStarter(settings, "b1", home(), new Output("stderr", err));
    assertThatThrownBy(starter::connect)
        .isInstanceOf(EngineFailure.class)
        .hasMessageContaining("other.sock");
  }

  @Test
  void refusesAFolderThatIsTooLong() {
    var settings = settings(null, base.resolve("d".repeat(80)));
    var starter = new EngineStarter(settings, "b1", home(), new Output("stderr", err));
    assertThatThrownBy(starter::connect)
        .isInstanceOf(SettingsError.class)
        .hasMessageContaining("107");
  }

  private EngineStarter starter(String build) {
    var settings = settings(null, base.resolve("run"));
    return new EngineStarter(settings, build, home(), new Output("stderr", err));
  }

  private Settings settings(@Nullable String host, Path runtime) {
    return new Settings(
        base.resolve("state").toString(),
        runtime.toString(),
        false,
        host,
        "qemu",
        "tcg",
        List.of("lan:5000"),
        "/u/certs.d",
        false);
  }

  private String home() {
    return base.resolve("home").toString();
  }

  private void keeper(String rest) throws IOException {
    var script = base.resolve("home/lib/kctl-keeper");
    Files.writeString(script, "#!/bin/sh\necho \"$@\" >" + base + "/called\n" + rest + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }

  private FakeEngine startEngine(String build) {
    try {
      Files.createDirectories(base.resolve("run"));
      var started = FakeEngine.start(base.resolve("run"));
      started.on(
          "HEAD /_ping",
          exchange ->
              exchange.write(
                  "HTTP/1.1 200 OK\r\nKctl-Build: " + build + "\r\nContent-Length: 0\r\n\r\n"));
      engine = started;
      return started;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void waitFor(Path file) {
    while (!Files.exists(file)) {
      Thread.onSpinWait();
    }
  }
}
