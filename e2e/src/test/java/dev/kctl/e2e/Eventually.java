package dev.kctl.e2e;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Waits for what another process does, by looking often instead of sleeping once. */
final class Eventually {
  /** For what an emulated machine does on a host with other work: never the time it takes. */
  static final Duration SOON = Duration.ofMinutes(3);

  private static final Duration STEP = Duration.ofMillis(20);

  private Eventually() {}

  static void eventually(Duration timeout, String what, BooleanSupplier condition) {
    var deadline = System.nanoTime() + timeout.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + timeout + ": " + what);
      }
      pause();
    }
  }

  /** Repeats an assertion until it holds; its last failure is the test's. */
  static void eventually(Duration timeout, ThrowingCallable assertion) {
    var deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      try {
        assertion.call();
        return;
      } catch (AssertionError failure) {
        if (System.nanoTime() > deadline) {
          throw failure;
        }
        pause();
      } catch (Throwable failure) {
        throw new AssertionError(failure);
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(STEP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
