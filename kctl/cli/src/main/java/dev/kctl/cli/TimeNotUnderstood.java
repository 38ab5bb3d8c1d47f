package dev.kctl.cli;

/** What should be a point in time is none. */
final class TimeNotUnderstood extends CliException {
  private static final long serialVersionUID = 1L;

  TimeNotUnderstood(String message) {
    super(message, null);
  }
}
