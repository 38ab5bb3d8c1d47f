package dev.kctl.net;

/** Another engine holds the leases. */
public final class LeasesInUse extends NetworkException {
  LeasesInUse(String message) {
    super(message);
  }
}
