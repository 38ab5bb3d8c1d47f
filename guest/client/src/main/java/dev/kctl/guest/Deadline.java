package dev.kctl.guest;

import java.time.Duration;

/** A moment until which something is waited for. */
record Deadline(long nanoTime) {
  static Deadline after(Duration timeout) {
    return new Deadline(System.nanoTime() + timeout.toNanos());
  }

  boolean passed() {
    return nanoTime - System.nanoTime() <= 0;
  }

  /** Milliseconds left, rounded up and never 0: a selector takes that for "forever". */
  long millisLeft() {
    return Math.max(1, (nanoTime - System.nanoTime() + 999_999) / 1_000_000);
  }
}
