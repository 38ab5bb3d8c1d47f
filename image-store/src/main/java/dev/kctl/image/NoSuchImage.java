package dev.kctl.image;

/** Nothing of that name or id is on this machine. */
public final class NoSuchImage extends ImageException {
  NoSuchImage(String message) {
    super(message);
  }

  static NoSuchImage of(String name) {
    return new NoSuchImage("No such image: " + Printable.line(name, 300));
  }
}
