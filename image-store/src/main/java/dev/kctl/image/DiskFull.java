package dev.kctl.image;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** No space is left where images are kept. */
public final class DiskFull extends ImageException {
  DiskFull(String message) {
    super(message);
  }

  private DiskFull(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static DiskFull of(Path where, @Nullable Throwable cause) {
    return new DiskFull(
        "no space left on the disk of " + where + ": remove images with 'kctl rmi'", cause);
  }
}
