package dev.kctl.net;

/** An address that was asked for is taken, reserved or outside of its network. */
public final class AddressUnavailable extends NetworkException {
  AddressUnavailable(String message) {
    super(message);
  }
}
