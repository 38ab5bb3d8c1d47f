package dev.kctl.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One registry with the test images for all test classes of a run. */
final class SharedRegistry {
  private static final SharedRegistry INSTANCE = start();

  private final LocalRegistry registry;

  private SharedRegistry(LocalRegistry registry) {
    this.registry = registry;
  }

  /** The reference of busybox with a user, files and an environment: see {@link TestImages}. */
  static String busybox() {
    return INSTANCE.registry.reference("test/busybox:1");
  }

  /** Busybox for arm64 only. */
  static String foreign() {
    return INSTANCE.registry.reference("test/foreign:1");
  }

  /** Busybox with a further layer of 32 MiB. */
  static String bulky() {
    return INSTANCE.registry.reference("test/bulky:1");
  }

  /** A name of this registry that nobody pushed. */
  static String missing() {
    return INSTANCE.registry.reference("test/missing:1");
  }

  private static SharedRegistry start() {
    try {
      var directory = Files.createTempDirectory(Path.of("/tmp"), "kctl-registry-");
      var registry = LocalRegistry.start(directory);
      Runtime.getRuntime().addShutdownHook(new Thread(registry::close));
      var images = new TestImages(directory.resolve("files"));
      images.pushBusybox(registry.reference("test/busybox:1"));
      images.pushForArchitecture(registry.reference("test/foreign:1"), "arm64");
      images.pushWithBulk(registry.reference("test/bulky:1"), 32 << 20);
      return new SharedRegistry(registry);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
