package dev.kctl.image;

/** A layer's blob ends in the middle. */
public final class TruncatedLayer extends ImageException {
  TruncatedLayer(String message) {
    super(message);
  }
}
