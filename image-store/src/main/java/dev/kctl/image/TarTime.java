package dev.kctl.image;

/**
 * A time of modification.
 *
 * @param seconds since 1970
 * @param nanos 0 to 999 999 999
 */
record TarTime(long seconds, int nanos) {
  static final TarTime EPOCH = new TarTime(0, 0);

  /**
   * The last second whose nanoseconds fit 64 bits: Docker and containerd call later ones absurd.
   */
  private static final long LAST = Long.MAX_VALUE / 1_000_000_000L;

  /** The time, or the epoch for one before it or absurdly late: what Docker makes of them. */
  static TarTime bounded(long seconds, int nanos) {
    return seconds < 0 || seconds > LAST ? EPOCH : new TarTime(seconds, nanos);
  }
}
