package dev.kctl.cli;

/** What is behind {@code --format} is no template, or asks for what is not there. */
final class BadFormat extends CliException {
  private static final long serialVersionUID = 1L;

  private final int code;

  BadFormat(String message, int code, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** Docker's exit code for it. */
  int code() {
    return code;
  }
}
