package dev.kctl.image;

/** Tells a full disk from other failures; Java has the kernel's words only. */
final class DiskSpace {
  private DiskSpace() {}

  static boolean isFull(Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      var message = String.valueOf(cause.getMessage());
      if (message.contains("No space left on device") || message.contains("quota exceeded")) {
        return true;
      }
    }
    return false;
  }
}
