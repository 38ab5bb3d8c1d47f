package dev.kctl.image;

/** What the registry sent as a manifest is none that can be used. */
public final class NotAManifest extends ImageException {
  NotAManifest(String message) {
    super(message);
  }

  static NotAManifest of(ImageRef ref, String why) {
    return new NotAManifest(
        "what the registry has as " + ref + " is not an image manifest: " + why);
  }
}
