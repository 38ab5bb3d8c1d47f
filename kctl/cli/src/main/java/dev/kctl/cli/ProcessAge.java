package dev.kctl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How long this process has been there, by the kernel's word. */
final class ProcessAge {
  /** The kernel counts in hundredths of a second, whatever its own clock does. */
  private static final long TICK_MICROS = 10_000;

  private static final int START_TIME = 19;

  private ProcessAge() {}

  /** In microseconds, to a hundredth of a second; 0 where /proc does not tell. */
  static long micros() {
    try {
      var stat = Files.readString(Path.of("/proc/self/stat"));
      List<String> fields = Words.split(stat.substring(stat.lastIndexOf(')') + 2), ' ');
      var started = Long.parseLong(fields.get(START_TIME)) * TICK_MICROS;
      var uptime = Words.split(Files.readString(Path.of("/proc/uptime")), ' ').getFirst();
      return Math.max(0, Math.round(Double.parseDouble(uptime) * 1e6) - started);
    } catch (IOException | NumberFormatException _) {
      return 0;
    }
  }
}
