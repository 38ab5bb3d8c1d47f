package dev.kctl.image;

/** The registry has no such repository, tag or digest, or does not show it to us. */
public final class ImageNotFound extends ImageException {
  ImageNotFound(String message) {
    super(message);
  }

  static ImageNotFound of(ImageRef ref) {
    return new ImageNotFound(
        "pull access denied for "
            + ref
            + ", repository does not exist or may require 'docker login'");
  }
}
