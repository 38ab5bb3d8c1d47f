package dev.kctl.engine;

import dev.kctl.engine.network.NetworkRefusal;
import java.nio.charset.StandardCharsets;

/** Words a failed start so that Docker's clients choose the right exit code from the text. */
final class StartFailures {
  private static final int NOT_FOUND = 127;
  static final int NOT_EXECUTABLE = 126;
  private static final int OTHER = 128;
  private static final String EXEC_PREFIX =
      "OCI runtime exec failed: exec failed: unable to start container process: ";
  private static final String PREFIX = "failed to start container: ";

  private StartFailures() {}

  static EngineException.StartFailed of(GuestExit.NotStarted failure) {
    var status = failure.reason() == GuestExit.Reason.SETUP ? 500 : 400;
    var exitCode =
        switch (failure.reason()) {
          case NOT_FOUND -> NOT_FOUND;
          case NOT_EXECUTABLE, NO_SUCH_USER, BAD_WORKING_DIRECTORY -> NOT_EXECUTABLE;
          case SETUP -> OTHER;
        };
    return new EngineException.StartFailed(status, exitCode, PREFIX + text(failure));
  }

  /** Of an exec: Docker ends all but a missing file with 126, and its clients show the text. */
  static EngineException.StartFailed ofExec(GuestExit.NotStarted failure) {
    var exitCode = failure.reason() == GuestExit.Reason.NOT_FOUND ? NOT_FOUND : NOT_EXECUTABLE;
    return new EngineException.StartFailed(400, exitCode, EXEC_PREFIX + text(failure));
  }

  /** Docker says of networks what it has to say without a beginning of its own. */
  static EngineException.StartFailed of(NetworkRefusal refusal) {
    var message = printable(String.valueOf(refusal.getMessage()));
    var failure = new EngineException.StartFailed(refusal.status(), OTHER, message);
    failure.initCause(refusal);
    return failure;
  }

  static EngineException.StartFailed lost(String cause) {
    return new EngineException.StartFailed(500, OTHER, PREFIX + cause);
  }

  /** As it ends up on the terminal of a client whose connection is taken over already. */
  static byte[] line(EngineException failure) {
    return (failure.getMessage() + "\r\n").getBytes(StandardCharsets.UTF_8);
  }

  private static String text(GuestExit.NotStarted failure) {
    var message = printable(failure.message());
    return switch (failure.reason()) {
      case NOT_FOUND ->
          with(message, "executable file not found in $PATH", "no such file or directory");
      case NOT_EXECUTABLE -> with(message, "permission denied", "is a directory");
      case NO_SUCH_USER, BAD_WORKING_DIRECTORY, SETUP -> message;
    };
  }

  /** Clients look for one of a few texts, not at the status. */
  private static String with(String message, String usual, String other) {
    return message.contains(usual) || message.contains(other) ? message : message + ": " + usual;
  }

  /** The text comes out of a guest and ends on a terminal. */
  static String printable(String text) {
    return printable(text, 1000);
  }

  /**
   * The same for texts of another length.
   *
   * @param longest in characters; what is beyond is cut off
   */
  static String printable(String text, int longest) {
    var out = new StringBuilder(text.length());
    text.codePoints()
        .limit(longest)
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
