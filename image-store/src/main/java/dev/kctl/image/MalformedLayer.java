package dev.kctl.image;

/** A layer's bytes are not what they claim to be, or ask for something no layer may do. */
public final class MalformedLayer extends ImageException {
  MalformedLayer(String message) {
    super(message);
  }

  MalformedLayer(String message, Throwable cause) {
    super(message, cause);
  }

  /** Blames one entry of the layer's tar. */
  static MalformedLayer entry(byte[] name, String reason) {
    return new MalformedLayer("layer entry " + PrintableName.of(name) + ": " + reason);
  }
}
