package dev.kctl.cli;

/** There is no command of that name. */
final class UnknownCommand extends CliException {
  private static final long serialVersionUID = 1L;

  UnknownCommand(String message) {
    super(message, null);
  }
}
