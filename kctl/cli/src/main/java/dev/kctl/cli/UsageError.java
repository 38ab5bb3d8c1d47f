package dev.kctl.cli;

/** The command line says something that makes no sense. */
final class UsageError extends CliException {
  private static final long serialVersionUID = 1L;

  UsageError(String message) {
    super(message, null);
  }
}
