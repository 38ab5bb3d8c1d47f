package dev.kctl.image;

/** A blob that ended before its time. */
public final class TruncatedBlob extends ImageException {
  TruncatedBlob(String message) {
    super(message);
  }

  static TruncatedBlob of(Digest blob, long received, long expected) {
    return new TruncatedBlob(
        "blob " + blob + " broke off after " + received + " of " + expected + " bytes");
  }
}
