package dev.kctl.image;

import org.jspecify.annotations.Nullable;

/** Credentials for the registry are missing or wrong. */
public final class Unauthorized extends ImageException {
  Unauthorized(String message) {
    super(message);
  }

  private Unauthorized(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static Unauthorized of(String registry, ImageRef ref, @Nullable Throwable cause) {
    return new Unauthorized(
        "registry "
            + registry
            + " denies access to "
            + ref
            + ": unauthorized: authentication required; log in with 'docker login "
            + registry
            + "'",
        cause);
  }
}
