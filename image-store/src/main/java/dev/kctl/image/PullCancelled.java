package dev.kctl.image;

/** A pull was interrupted. */
public final class PullCancelled extends ImageException {
  PullCancelled(String message) {
    super(message);
  }

  static PullCancelled of(ImageRef ref) {
    return new PullCancelled("pull of " + ref + " was cancelled");
  }
}
