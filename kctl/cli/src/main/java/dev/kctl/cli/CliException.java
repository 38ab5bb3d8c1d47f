package dev.kctl.cli;

import org.jspecify.annotations.Nullable;

/** Why a command could not do what it was asked; the message is what the user reads. */
abstract sealed class CliException extends RuntimeException
    permits UsageError,
        BadFormat,
        CopyFailed,
        EngineFailure,
        EngineRefused,
        EngineVanished,
        ExecLost,
        MalformedJson,
        NoTerminal,
        NotPossible,
        OutputClosed,
        PullFailed,
        SettingsError,
        TimeNotUnderstood,
        UnknownCommand {
  private static final long serialVersionUID = 1L;

  CliException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
