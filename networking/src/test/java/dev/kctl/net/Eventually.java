package dev.kctl.net;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another process or thread will bring about. */
final class Eventually {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private Eventually() {}

  /** Something that holds, or throws an AssertionError. */
  @FunctionalInterface
  interface Assertion {
    void check() throws Exception;
  }

  static void eventually(Assertion assertion) throws Exception {
    var deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      try {
        assertion.check();
        return;
      } catch (AssertionError e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
        LockSupport.parkNanos(5_000_000);
      }
    }
  }
}
