package dev.kctl.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Which build this is: packaging writes it beside the jars, and into them for the engine. */
final class BuildId {
  static final String VERSION = "0.1.0";

  private BuildId() {}

  static String own() {
    return of(System.getProperty("kctl.home"));
  }

  /**
   * @param home the install folder, or null where there is none, as in tests
   */
  static String of(@Nullable String home) {
    if (home == null) {
      return "dev";
    }
    try (var in = new FileInputStream(home + "/lib/build-id")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      throw new SettingsError("the build id of " + home + " cannot be read: " + e.getMessage(), e);
    }
  }
}
