package dev.kctl.cli;

import org.jspecify.annotations.Nullable;

/** There is no engine to talk to, and none could be started. */
final class EngineFailure extends CliException {
  private static final long serialVersionUID = 1L;

  EngineFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
