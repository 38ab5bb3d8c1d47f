package dev.kctl.image;

import org.jspecify.annotations.Nullable;

/** The registry answered with something that is no answer to the question. */
public final class RegistryRefused extends ImageException {
  RegistryRefused(String message) {
    super(message);
  }

  private RegistryRefused(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static RegistryRefused of(String registry, String why, @Nullable Throwable cause) {
    return new RegistryRefused("registry " + registry + " refused: " + why, cause);
  }
}
