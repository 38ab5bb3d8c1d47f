package dev.kctl.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The time of day, which may jump, and how long the host has run, which does not. */
interface HostClock extends InstantSource {
  /** Since the host was started, sleep included; the same for every process. */
  Duration uptime();

  static HostClock system() {
    return new HostClock() {
      private final Path uptime = Path.of("/proc/uptime");

      @Override
      public Instant instant() {
        return Instant.now();
      }

      @Override
      public Duration uptime() {
        try {
          var text = Files.readString(uptime);
          var seconds = Double.parseDouble(text.substring(0, text.indexOf(' ')));
          return Duration.ofMillis((long) (seconds * 1000));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }
}
