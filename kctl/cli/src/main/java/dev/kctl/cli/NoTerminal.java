package dev.kctl.cli;

/** A terminal was asked for where there is none. */
final class NoTerminal extends CliException {
  private static final long serialVersionUID = 1L;

  NoTerminal(String message) {
    super(message, null);
  }
}
