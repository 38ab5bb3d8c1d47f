package dev.kctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** The built tree that is under test: {@code out/} of the checkout. */
final class Checkout {
  private static final Path TOP =
      Path.of(System.getenv().getOrDefault("KCTL_CHECKOUT", System.getProperty("user.dir")));

  private Checkout() {}

  static Path top() {
    return TOP;
  }

  static Path installation() {
    return built(TOP.resolve("out/kctl"));
  }

  static Path launcher() {
    return built(installation().resolve("bin/kctl"));
  }

  private static Path built(Path path) {
    assertThat(Files.exists(path)).as("%s exists: `make build` makes it", path).isTrue();
    return path;
  }
}
