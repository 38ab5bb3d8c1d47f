package dev.kctl.image;

/** A layer is packed or written in a way kctl does not read. */
public final class UnsupportedLayer extends ImageException {
  UnsupportedLayer(String message) {
    super(message);
  }
}
