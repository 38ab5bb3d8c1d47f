package dev.kctl.cli;

/** The command line makes sense, but what it asks for cannot be done; Docker returns 1 for it. */
final class NotPossible extends CliException {
  private static final long serialVersionUID = 1L;

  NotPossible(String message) {
    super(message, null);
  }
}
