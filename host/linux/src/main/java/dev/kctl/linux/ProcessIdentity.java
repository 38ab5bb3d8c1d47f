package dev.kctl.linux;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * One process, told from a later one of the same number by when it started.
 *
 * @param startTime field 22 of {@code /proc/<pid>/stat}, in clock ticks since the host's start
 */
public record ProcessIdentity(long pid, long startTime) {
  /** Index among the fields after the command's name, which may itself have blanks and brackets. */
  private static final int STATE = 0;

  private static final int START_TIME = 19;

  /** Whether it still runs. A zombie does not: nobody may ever reap it. */
  public boolean alive() {
    var start = runningSince(pid);
    return start.isPresent() && start.getAsLong() == startTime;
  }

  private static OptionalLong runningSince(long pid) {
    try (var stat = new FileInputStream("/proc/" + pid + "/stat")) {
      var text = new String(stat.readAllBytes(), StandardCharsets.ISO_8859_1);
      var fields = text.substring(text.lastIndexOf(')') + 2).split(" ", START_TIME + 2);
      return switch (fields[STATE]) {
        case "Z", "X", "x" -> OptionalLong.empty();
        default -> OptionalLong.of(Long.parseLong(fields[START_TIME]));
      };
    } catch (IOException _) {
      return OptionalLong.empty();
    }
  }
}
