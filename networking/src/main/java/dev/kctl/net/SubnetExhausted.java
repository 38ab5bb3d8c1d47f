package dev.kctl.net;

/** A network has no free address left. */
public final class SubnetExhausted extends NetworkException {
  SubnetExhausted(String message) {
    super(message);
  }
}
