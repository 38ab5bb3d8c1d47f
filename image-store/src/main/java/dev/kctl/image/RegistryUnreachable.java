package dev.kctl.image;

import org.jspecify.annotations.Nullable;

/** There is no connection to the registry, or it broke. */
public final class RegistryUnreachable extends ImageException {
  RegistryUnreachable(String message) {
    super(message);
  }

  private RegistryUnreachable(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static RegistryUnreachable of(String registry, String why, @Nullable Throwable cause) {
    return new RegistryUnreachable("registry " + registry + " cannot be reached: " + why, cause);
  }
}
