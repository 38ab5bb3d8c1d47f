package dev.kctl.image;

/** A platform that cannot be read. */
public final class InvalidPlatform extends ImageException {
  InvalidPlatform(String message) {
    super(message);
  }

  static InvalidPlatform of(String text) {
    return new InvalidPlatform(
        "invalid platform '"
            + Printable.line(text, 100)
            + "': write OS/ARCH[/VARIANT], as in linux/arm64");
  }
}
