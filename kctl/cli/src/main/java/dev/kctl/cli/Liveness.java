package dev.kctl.cli;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Whether a process is still the one that was meant: its pid, start time, and not a zombie. */
final class Liveness {
  private Liveness() {}

  static String bootId() throws IOException {
    return read("/proc/sys/kernel/random/boot_id").strip();
  }

  /**
   * @param startTime field 22 of /proc/PID/stat
   */
  static boolean isAlive(long pid, long startTime) throws IOException {
    String stat;
    try {
      stat = read("/proc/" + pid + "/stat");
    } catch (FileNotFoundException _) {
      return false;
    }
    // The name in field 2 may hold anything, a closing parenthesis too.
    var fields = Words.split(stat.substring(stat.lastIndexOf(')') + 2), ' ');
    var state = fields.getFirst();
    var started = fields.get(19);
    return !state.equals("Z") && !state.equals("X") && started.equals(Long.toString(startTime));
  }

  private static String read(String path) throws IOException {
    try (var in = new FileInputStream(path)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
