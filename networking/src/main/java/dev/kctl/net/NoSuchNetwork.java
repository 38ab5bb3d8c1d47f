package dev.kctl.net;

/** No network of that name or id. */
public final class NoSuchNetwork extends NetworkException {
  NoSuchNetwork(String message) {
    super(message);
  }
}
