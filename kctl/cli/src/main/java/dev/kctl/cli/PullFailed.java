package dev.kctl.cli;

/** The engine could not bring an image here. */
final class PullFailed extends CliException {
  private static final long serialVersionUID = 1L;

  PullFailed(String message) {
    super(message, null);
  }
}
