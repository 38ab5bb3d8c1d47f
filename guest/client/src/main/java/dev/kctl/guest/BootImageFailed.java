package dev.kctl.guest;

import org.jspecify.annotations.Nullable;

/** The boot image could not be written. */
public final class BootImageFailed extends AgentException {
  BootImageFailed(String message) {
    this(message, null);
  }

  BootImageFailed(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
