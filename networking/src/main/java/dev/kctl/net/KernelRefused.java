package dev.kctl.net;

import java.io.IOException;

/** The kernel refused to change a link, an address or a rule. */
public final class KernelRefused extends NetworkException {
  /** The error's number as in {@code errno(3)}; 0 where the exchange itself failed. */
  private final int errno;

  KernelRefused(String what, int errno, String reason) {
    super(what + ": " + reason);
    this.errno = errno;
  }

  KernelRefused(String what, IOException cause) {
    super(what + ": " + cause.getMessage(), cause);
    this.errno = 0;
  }

  /** The error's number as in {@code errno(3)}; 0 where the exchange itself failed. */
  public int errno() {
    return errno;
  }
}
