package dev.kctl.cli;

/** The engine answered with an error. */
final class EngineRefused extends CliException {
  private static final long serialVersionUID = 1L;

  private final int status;

  EngineRefused(int status, String message) {
    super(message, null);
    this.status = status;
  }

  int status() {
    return status;
  }

  boolean notFound() {
    return status == 404;
  }
}
