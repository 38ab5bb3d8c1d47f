package dev.kctl.cli;

/** Nobody reads what the command writes any more. */
final class OutputClosed extends CliException {
  private static final long serialVersionUID = 1L;

  OutputClosed(String message, Throwable cause) {
    super(message, cause);
  }
}
