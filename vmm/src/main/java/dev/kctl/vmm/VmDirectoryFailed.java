package dev.kctl.vmm;

import org.jspecify.annotations.Nullable;

/** The machine's runtime directory could not be made. */
public final class VmDirectoryFailed extends VmmException {
  public VmDirectoryFailed(String message) {
    this(message, null);
  }

  public VmDirectoryFailed(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
