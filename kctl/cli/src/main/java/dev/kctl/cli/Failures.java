package dev.kctl.cli;

import org.jspecify.annotations.Nullable;

/** Says what went wrong: one line, its causes when asked for. */
final class Failures {
  private Failures() {}

  static void report(CliException failure, Session session) {
    report(failure, session.err(), session.settings().debug());
  }

  static void report(CliException failure, Output err, boolean debug) {
    var text = new StringBuilder("kctl: ").append(oneLine(failure.getMessage())).append('\n');
    if (debug) {
      for (var cause = failure.getCause(); cause != null; cause = cause.getCause()) {
        text.append("  caused by ").append(oneLine(cause.toString())).append('\n');
      }
    }
    try {
      err.print(text);
    } catch (OutputClosed _) {
      // Nobody listens; the exit code says it.
    }
  }

  /** Messages may hold what a registry or a guest said: no control character reaches the screen. */
  private static String oneLine(@Nullable String message) {
    var line = new StringBuilder();
    for (var c : String.valueOf(message).strip().toCharArray()) {
      line.append(Character.isISOControl(c) ? ' ' : c);
    }
    return line.toString();
  }
}
