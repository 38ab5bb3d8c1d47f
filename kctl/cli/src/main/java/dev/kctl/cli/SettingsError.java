package dev.kctl.cli;

import org.jspecify.annotations.Nullable;

/** A setting, a configuration file or the folder it names cannot be used. */
final class SettingsError extends CliException {
  private static final long serialVersionUID = 1L;

  SettingsError(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
