package dev.kctl.net;

/** A subnet overlaps another one, or no default pool has a free one. */
public final class SubnetUnavailable extends NetworkException {
  SubnetUnavailable(String message) {
    super(message);
  }
}
