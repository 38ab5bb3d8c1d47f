package dev.kctl.vmm;

import org.jspecify.annotations.Nullable;

/** The VMM or a helper program of it is not installed. */
public final class VmmNotFound extends VmmException {
  public VmmNotFound(String message) {
    this(message, null);
  }

  public VmmNotFound(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
