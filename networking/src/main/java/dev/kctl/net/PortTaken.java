package dev.kctl.net;

/** A port of the host that was asked for is taken, or may not be bound. */
public final class PortTaken extends NetworkException {
  PortTaken(String message) {
    super(message);
  }
}
