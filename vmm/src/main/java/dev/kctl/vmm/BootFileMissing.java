package dev.kctl.vmm;

import org.jspecify.annotations.Nullable;

/** The kernel, the initramfs or a disk of the machine is not there or not readable. */
public final class BootFileMissing extends VmmException {
  public BootFileMissing(String message) {
    this(message, null);
  }

  public BootFileMissing(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
