package dev.kctl.image;

import org.jspecify.annotations.Nullable;

/** A certificate or key for a registry that cannot be read. */
public final class InvalidCertificate extends ImageException {
  InvalidCertificate(String message) {
    super(message);
  }

  private InvalidCertificate(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static InvalidCertificate of(String what, String why, @Nullable Throwable cause) {
    return new InvalidCertificate("certificate " + what + " " + why, cause);
  }
}
