package dev.kctl.cli;

import java.util.List;

/** Exit codes of a start that failed: by the error's words, as Docker's client has it. */
final class StartFailure {
  private static final List<String> NOT_FOUND =
      List.of("executable file not found", "no such file or directory");
  private static final List<String> NOT_EXECUTABLE = List.of("permission denied", "is a directory");

  private StartFailure() {}

  static int code(EngineRefused failure) {
    var message = String.valueOf(failure.getMessage());
    if (NOT_FOUND.stream().anyMatch(message::contains)) {
      return ExitCode.NOT_FOUND;
    }
    return NOT_EXECUTABLE.stream().anyMatch(message::contains)
        ? ExitCode.NOT_EXECUTABLE
        : ExitCode.OURS;
  }
}
