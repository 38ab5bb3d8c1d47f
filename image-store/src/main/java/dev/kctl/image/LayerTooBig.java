package dev.kctl.image;

/** A layer asks for more than {@link LayerLimits} allows. */
public final class LayerTooBig extends ImageException {
  LayerTooBig(String message) {
    super(message);
  }
}
