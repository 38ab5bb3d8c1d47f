package dev.kctl.cli;

/** The engine went away in the middle of a conversation. */
final class EngineVanished extends CliException {
  private static final long serialVersionUID = 1L;

  EngineVanished(String message, Throwable cause) {
    super(message, cause);
  }
}
