package dev.kctl.image;

import org.jspecify.annotations.Nullable;

/**
 * A layer's EROFS image could not be written: a full disk, most often. The cause is the I/O error.
 */
public final class LayerNotWritten extends ImageException {
  LayerNotWritten(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
