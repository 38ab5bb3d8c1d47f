package dev.kctl.linux;

import java.io.IOException;

/** A call of libc failed. */
public final class ErrnoException extends IOException {
  private final int errno;

  ErrnoException(String call, int errno) {
    super(call + ": " + Libc.describe(errno));
    this.errno = errno;
  }

  /** The error's number, as in {@code errno(3)}. */
  public int errno() {
    return errno;
  }
}
