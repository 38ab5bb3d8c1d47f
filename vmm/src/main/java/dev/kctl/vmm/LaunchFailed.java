package dev.kctl.vmm;

import org.jspecify.annotations.Nullable;

/** The VMM started and gave up, or did not come up in time. */
public final class LaunchFailed extends VmmException {
  public LaunchFailed(String message) {
    this(message, null);
  }

  public LaunchFailed(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
