package dev.kctl.vmm;

import org.jspecify.annotations.Nullable;

/** No VMM, or not this one, can be what the specification asks for. */
public final class SpecUnsupported extends VmmException {
  public SpecUnsupported(String message) {
    this(message, null);
  }

  public SpecUnsupported(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
