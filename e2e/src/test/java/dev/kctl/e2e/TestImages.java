package dev.kctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Small real images, pushed to a registry by Jib: a static busybox with its links as the lowest
 * layer and files of the test above it.
 */
final class TestImages {
  private static final Path BUSYBOX = Path.of("/bin/busybox");

  /** What tests execute by name; within {@code sh} every applet is there. */
  private static final List<String> PROGRAMS =
      List.of("busybox", "cat", "echo", "env", "id", "ls", "sh", "sleep", "touch", "true");

  private final Path scratch;

  TestImages(Path scratch) {
    this.scratch = scratch;
  }

  /** Pushes busybox with a user, a few files and the environment that tests look for. */
  void pushBusybox(String reference) {
    push(reference, busybox());
  }

  /** Pushes the same image for another architecture. */
  void pushForArchitecture(String reference, String architecture) {
    push(reference, busybox().setPlatforms(Set.of(new Platform(architecture, "linux"))));
  }

  /** Pushes busybox with one more layer that holds so many bytes which do not compress. */
  void pushWithBulk(String reference, int bytes) {
    var bulk = new byte[bytes];
    new Random(42).nextBytes(bulk);
    var layer = FileEntriesLayer.builder().addEntry(file("bulk", bulk), absolute("/bulk")).build();
    push(reference, busybox().addFileEntriesLayer(layer));
  }

  private JibContainerBuilder busybox() {
    return Jib.fromScratch()
        .addFileEntriesLayer(binaries())
        .addFileEntriesLayer(files())
        .setEnvironment(Map.of("PATH", "/bin:/usr/bin", "FROM_IMAGE", "yes"))
        .setLabels(Map.of("dev.kctl.test", "busybox"))
        .setWorkingDirectory(absolute("/work"))
        .setProgramArguments("sh", "-c", "echo hello from $FROM_IMAGE");
  }

  private static FileEntriesLayer binaries() {
    assertThat(Files.isRegularFile(BUSYBOX)).as("busybox-static: `make setup`").isTrue();
    var layer = FileEntriesLayer.builder().setName("binaries");
    for (var program : PROGRAMS) {
      layer.addEntry(BUSYBOX, absolute("/bin/" + program), FilePermissions.fromOctalString("755"));
    }
    return layer.build();
  }

  private FileEntriesLayer files() {
    return FileEntriesLayer.builder()
        .setName("files")
        .addEntry(
            file(
                "passwd",
                """
                root:x:0:0:root:/root:/bin/sh
                worker:x:1234:2345:a worker:/work:/bin/sh
                """),
            absolute("/etc/passwd"))
        .addEntry(
            file(
                "group",
                """
                root:x:0:
                workers:x:2345:
                extra:x:3456:worker
                """),
            absolute("/etc/group"))
        .addEntry(file("marker", "from the image\n"), absolute("/work/marker"))
        .addEntry(file("data", "not a program\n"), absolute("/bin/not-executable"))
        .build();
  }

  private static void push(String reference, JibContainerBuilder image) {
    try {
      image.containerize(
          Containerizer.to(RegistryImage.named(reference))
              .setAllowInsecureRegistries(true)
              .setToolName("kctl-e2e"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while pushing " + reference, e);
    } catch (Exception e) {
      throw new AssertionError("cannot push " + reference, e);
    }
  }

  private Path file(String name, String text) {
    return file(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private Path file(String name, byte[] content) {
    try {
      return Files.write(Files.createDirectories(scratch).resolve(name), content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static AbsoluteUnixPath absolute(String path) {
    return AbsoluteUnixPath.get(path);
  }
}
