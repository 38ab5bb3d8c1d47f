package dev.kctl.net;

/** A file of a lease or a network cannot be read. */
public final class LeasesDamaged extends NetworkException {
  LeasesDamaged(String message, Throwable cause) {
    super(message, cause);
  }
}
