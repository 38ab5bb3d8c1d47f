package dev.kctl.vmm;

import org.jspecify.annotations.Nullable;

/** A virtual machine could not be had. The message is one clause with the value and the remedy. */
public abstract sealed class VmmException extends RuntimeException
    permits BootFileMissing, LaunchFailed, SpecUnsupported, VmDirectoryFailed, VmmNotFound {
  VmmException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
