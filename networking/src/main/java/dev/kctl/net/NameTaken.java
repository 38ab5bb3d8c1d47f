package dev.kctl.net;

/** A network of that name is there already. */
public final class NameTaken extends NetworkException {
  NameTaken(String message) {
    super(message);
  }
}
