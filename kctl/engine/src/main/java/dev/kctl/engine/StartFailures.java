package dev.kctl.engine;

/** Words a failed start so that Docker's clients choose the right exit code from the text. */
final class StartFailures {
  private static final int NOT_FOUND = 127;
  private static final int NOT_EXECUTABLE = 126;
  private static final int OTHER = 128;
  private static final String PREFIX = "failed to start container: ";

  private StartFailures() {}

  static EngineException.StartFailed of(GuestExit.NotStarted failure) {
    var message = printable(failure.message());
    return switch (failure.reason()) {
      case NOT_FOUND ->
          failed(
              400,
              NOT_FOUND,
              with(message, "executable file not found in $PATH", "no such file or directory"));
      case NOT_EXECUTABLE ->
          failed(400, NOT_EXECUTABLE, with(message, "permission denied", "is a directory"));
      case NO_SUCH_USER, BAD_WORKING_DIRECTORY -> failed(400, NOT_EXECUTABLE, message);
      case SETUP -> failed(500, OTHER, message);
    };
  }

  static EngineException.StartFailed lost(String cause) {
    return failed(500, OTHER, cause);
  }

  private static EngineException.StartFailed failed(int status, int exitCode, String message) {
    return new EngineException.StartFailed(status, exitCode, PREFIX + message);
  }

  /** Clients look for one of a few texts, not at the status. */
  private static String with(String message, String usual, String other) {
    return message.contains(usual) || message.contains(other) ? message : message + ": " + usual;
  }

  /** The text comes out of a guest and ends on a terminal. */
  static String printable(String text) {
    var out = new StringBuilder(text.length());
    text.codePoints()
        .limit(1000)
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                out.append(c == '\n' ? " " : String.format("\\u%04x", c));
              } else {
                out.appendCodePoint(c);
              }
            });
    return out.toString();
  }
}
