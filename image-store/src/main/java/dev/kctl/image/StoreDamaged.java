package dev.kctl.image;

import org.jspecify.annotations.Nullable;

/** The store's own files cannot be read or written. */
public final class StoreDamaged extends ImageException {
  StoreDamaged(String message) {
    super(message);
  }

  private StoreDamaged(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static StoreDamaged of(String what, @Nullable Throwable cause) {
    return new StoreDamaged("image store: " + what, cause);
  }
}
