package dev.kctl.cli;

/** A text that should be JSON is not. */
final class MalformedJson extends CliException {
  private static final long serialVersionUID = 1L;

  MalformedJson(String message) {
    super(message, null);
  }
}
