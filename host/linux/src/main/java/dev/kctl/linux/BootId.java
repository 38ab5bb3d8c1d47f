package dev.kctl.linux;

import java.io.BufferedReader;
import java.io.FileReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What tells this boot of the host from every other. */
public final class BootId {
  private static final String FILE = "/proc/sys/kernel/random/boot_id";

  private BootId() {}

  /** A UUID in 36 characters (random(4)). */
  public static String current() {
    try (var reader = new BufferedReader(new FileReader(FILE, StandardCharsets.US_ASCII))) {
      var line = reader.readLine();
      if (line == null) {
        throw new IOException(FILE + " is empty");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
