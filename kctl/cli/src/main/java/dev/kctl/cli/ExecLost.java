package dev.kctl.cli;

import org.jspecify.annotations.Nullable;

/** The connection to a command in a container broke off: what became of it nobody knows. */
final class ExecLost extends CliException {
  private static final long serialVersionUID = 1L;

  ExecLost(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
