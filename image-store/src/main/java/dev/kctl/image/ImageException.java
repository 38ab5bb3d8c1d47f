package dev.kctl.image;

import org.jspecify.annotations.Nullable;

/** Anything that keeps kctl from having, reading or removing an image; the subtype says what. */
public abstract sealed class ImageException extends RuntimeException
    permits ConversionCancelled,
        LayerNotWritten,
        LayerTooBig,
        MalformedLayer,
        TruncatedLayer,
        UnsupportedLayer {
  ImageException(String message) {
    super(message);
  }

  ImageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
