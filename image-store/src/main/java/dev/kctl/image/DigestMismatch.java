package dev.kctl.image;

/** Bytes whose digest is not the one that was asked for. */
public final class DigestMismatch extends ImageException {
  DigestMismatch(String message) {
    super(message);
  }

  static DigestMismatch of(String what, Digest expected, Digest actual) {
    return new DigestMismatch(
        what + " has digest " + actual + " where " + expected + " was expected");
  }
}
