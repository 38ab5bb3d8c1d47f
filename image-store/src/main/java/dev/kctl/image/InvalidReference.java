package dev.kctl.image;

/** An image name that cannot be read. */
public final class InvalidReference extends ImageException {
  InvalidReference(String message) {
    super(message);
  }

  static InvalidReference of(String text, String why) {
    return new InvalidReference(
        "invalid reference format: '" + Printable.line(text, 300) + "': " + why);
  }
}
