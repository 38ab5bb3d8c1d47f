package dev.kctl.image;

/** The image is used by a container, or by names that were not to be removed. */
public final class ImageInUse extends ImageException {
  ImageInUse(String message) {
    super(message);
  }

  static ImageInUse of(String name, String why) {
    return new ImageInUse("conflict: unable to remove " + name + ": " + why);
  }
}
