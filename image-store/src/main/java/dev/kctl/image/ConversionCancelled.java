package dev.kctl.image;

/** The thread that waited for a conversion was interrupted; its interrupt flag is set again. */
public final class ConversionCancelled extends ImageException {
  ConversionCancelled(String message) {
    super(message);
  }
}
