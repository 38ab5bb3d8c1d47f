package dev.kctl.cli;

/**
 * Docker's exit codes. The switch has no default: a new failure must choose its code to compile.
 */
final class ExitCode {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int OURS = 125;
  static final int NOT_EXECUTABLE = 126;
  static final int NOT_FOUND = 127;

  /** As by SIGPIPE. */
  static final int BROKEN_PIPE = 141;

  private ExitCode() {}

  /** The code when a command fails by an exception; {@code run} keeps the lower ones for itself. */
  static int of(CliException failure, boolean run) {
    return switch (failure) {
      case UsageError _, ExecLost _ -> OURS;
      case BadFormat format -> format.code();
      case CopyFailed _,
          NoTerminal _,
          NotPossible _,
          OutputClosed _,
          TimeNotUnderstood _,
          UnknownCommand _ ->
          FAILED;
      case EngineFailure _,
          EngineRefused _,
          EngineVanished _,
          MalformedJson _,
          PullFailed _,
          SettingsError _ ->
          run ? OURS : FAILED;
    };
  }
}
