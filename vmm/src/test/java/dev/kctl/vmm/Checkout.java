package dev.kctl.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

/** What was built before the integration tests. */
public final class Checkout {
  private Checkout() {}

  /** A file below {@code out}. */
  public static Path output(String name) {
    var top = System.getenv("KCTL_CHECKOUT");
    assertThat(top).as("KCTL_CHECKOUT, which failsafe sets").isNotNull();
    var file = Path.of(top, "out", name);
    assertThat(file).as("`make guest host` builds it").exists();
    return file;
  }
}
