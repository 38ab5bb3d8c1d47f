package dev.kctl.net;

/** A text is no address, subnet, port mapping or the like. */
public final class InvalidNetworkValue extends NetworkException {
  InvalidNetworkValue(String message) {
    super(message);
  }
}
