package dev.kctl.image;

import java.util.List;

/** The image does not exist for the platform wanted. */
public final class PlatformMismatch extends ImageException {
  PlatformMismatch(String message) {
    super(message);
  }

  static PlatformMismatch of(ImageRef ref, Platform wanted, List<Platform> offered) {
    return new PlatformMismatch(
        "no image of "
            + ref
            + " for platform "
            + wanted
            + ": there is "
            + offered
            + ", name one with --platform");
  }
}
