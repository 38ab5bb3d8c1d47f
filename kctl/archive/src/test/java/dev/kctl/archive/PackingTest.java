package dev.kctl.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackingTest {
  @TempDir private Path temp;

  @Test
  void packsWhatUnpacksToTheSame() throws Exception {
    var source = Files.createDirectory(temp.resolve("source"));
    var deep = Files.createDirectories(source.resolve("d".repeat(90) + "/" + "ü".repeat(60)));
    Files.writeString(deep.resolve("file"), "deep");
    Files.writeString(source.resolve("a b"), "x".repeat(100_000));
    Files.createSymbolicLink(source.resolve("link"), Path.of("../nowhere"));
    Files.createLink(source.resolve("hard"), source.resolve("a b"));
    Files.createDirectory(source.resolve("empty"));
    var target = Files.createDirectory(temp.resolve("target"));
    var bytes = packed(source, "source");
    Unpacking.unpack(new ByteArrayInputStream(bytes), target, "copy", false);
    var diff =
        new ProcessBuilder("diff", "-r", "--no-dereference", source.toString(), target + "/copy")
            .redirectErrorStream(true)
            .start();
    assertThat(new String(diff.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEmpty();
    assertThat(Files.getAttribute(target.resolve("copy/hard"), "unix:ino"))
        .isEqualTo(Files.getAttribute(target.resolve("copy/a b"), "unix:ino"));
  }

  @Test
  void isReadByTar() throws Exception {
    var source = Files.createDirectory(temp.resolve("source"));
    Files.writeString(source.resolve("n".repeat(150)), "long");
    var archive = Files.write(temp.resolve("a.tar"), packed(source, ""));
    var tar = new ProcessBuilder("tar", "tf", archive.toString()).redirectErrorStream(true).start();
    assertThat(new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("n".repeat(150) + "\n");
    assertThat(tar.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(tar.exitValue()).isZero();
  }

  @Test
  void readsWhatTarWrites() throws Exception {
    var source = Files.createDirectory(temp.resolve("source"));
    Files.writeString(source.resolve("n".repeat(150)), "long");
    var target = Files.createDirectory(temp.resolve("target"));
    for (var format : new String[] {"gnu", "pax", "ustar"}) {
      var name = format.equals("ustar") ? "short" : "n".repeat(150);
      Files.writeString(source.resolve("short"), "long");
      var archive = temp.resolve(format);
      var tar =
          new ProcessBuilder(
                  "tar",
                  "cf",
                  archive.toString(),
                  "--format",
                  format,
                  "-C",
                  source.toString(),
                  name)
              .start();
      assertThat(tar.waitFor()).isZero();
      try (var in = Files.newInputStream(archive)) {
        Unpacking.unpack(in, target, format + ".out", false);
      }
      assertThat(target.resolve(format + ".out")).hasContent("long");
    }
  }

  @Property(tries = 2000)
  void readsAnyBytesOrSaysThatTheyAreNoArchive(@ForAll @Size(max = 2000) byte[] bytes)
      throws IOException {
    var tar = new TarReader(new ByteArrayInputStream(bytes));
    try {
      while (tar.next() != null) {
        assertThat(tar.content(new byte[100])).isLessThanOrEqualTo(100);
      }
    } catch (ArchiveException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  private static byte[] packed(Path source, String name) throws IOException {
    var out = new ByteArrayOutputStream();
    var _ = Packing.pack(source, name, false, out);
    return out.toByteArray();
  }
}
