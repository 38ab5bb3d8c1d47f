package dev.kctl.cli;

/** Files of the host cannot be read or made. */
final class CopyFailed extends CliException {
  private static final long serialVersionUID = 1L;

  CopyFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
