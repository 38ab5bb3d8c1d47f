package dev.kctl.image;

import org.jspecify.annotations.Nullable;

/** A registry without valid TLS that is neither on loopback nor configured as insecure. */
public final class InsecureRegistryRefused extends ImageException {
  InsecureRegistryRefused(String message) {
    super(message);
  }

  private InsecureRegistryRefused(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static InsecureRegistryRefused of(String registry, @Nullable Throwable cause) {
    return new InsecureRegistryRefused(
        "registry "
            + registry
            + " does not speak TLS with a certificate this machine trusts;"
            + " to use it all the same add it to \"insecure-registries\" in kctl's config.json",
        cause);
  }
}
