package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs the programs that judge what kctl writes. */
final class Tools {
  private Tools() {}

  /** The EROFS judge of erofs-utils 1.8, which the build puts into {@code out/host}. */
  static String fsck() {
    var checkout = System.getenv("KCTL_CHECKOUT");
    assertThat(checkout).as("KCTL_CHECKOUT, which failsafe sets").isNotNull();
    var fsck = Path.of(checkout, "out/host/fsck.erofs");
    assertThat(fsck).as("the EROFS judge: `make host` fetches it").isExecutable();
    return fsck.toString();
  }

  /** Has the EROFS judge read and check every byte of an image. */
  static void judge(Path directory, Path image) throws IOException, InterruptedException {
    // It recurses into directories, and calls an empty attribute an error though it goes on.
    var verdict =
        run(
            directory,
            "sh",
            "-c",
            "ulimit -s unlimited && exec \"$@\"",
            "sh",
            fsck(),
            "--extract",
            "--xattrs",
            image.toString());
    assertThat(verdict.lines().filter(line -> !line.contains("failed to get xattr value size of")))
        .noneMatch(line -> line.startsWith("<E>") || line.startsWith("<W>"));
  }

  /** What a program that must succeed prints, without the space around it. */
  static String output(String... command) {
    try {
      return run(Path.of("/"), command).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Runs a program that must succeed; returns all it printed. */
  static String run(Path directory, String... command) throws IOException, InterruptedException {
    var log = Files.createTempFile("tool", ".log");
    try {
      var builder = new ProcessBuilder(command).directory(directory.toFile());
      builder.environment().put("LC_ALL", "C");
      var process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
      process.getOutputStream().close();
      var code = process.waitFor();
      var output = new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1);
      assertThat(code).as("%s: %s", List.of(command), output).isZero();
      return output;
    } finally {
      Files.delete(log);
    }
  }
}
