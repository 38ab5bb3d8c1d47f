package dev.kctl.image;

import org.jspecify.annotations.Nullable;

/** Stored or sent credentials that cannot be read; the message never holds them. */
public final class InvalidCredentials extends ImageException {
  InvalidCredentials(String message) {
    super(message);
  }

  InvalidCredentials(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
