package dev.kctl.net;

import java.util.function.LongSupplier;

/** So many at once, and so many a second after that. */
final class RateLimit {
  private static final double NANOS = 1e9;

  private final int burst;
  private final int perSecond;
  private final LongSupplier clock;
  private double tokens;
  private long last;

  /**
   * Begins with all that may come at once.
   *
   * @param clock in nanoseconds
   */
  RateLimit(int burst, int perSecond, LongSupplier clock) {
    this.burst = burst;
    this.perSecond = perSecond;
    this.clock = clock;
    tokens = burst;
    last = clock.getAsLong();
  }

  synchronized boolean allows() {
    var now = clock.getAsLong();
    tokens = Math.min(burst, tokens + (now - last) / NANOS * perSecond);
    last = now;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
