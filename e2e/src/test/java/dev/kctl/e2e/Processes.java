package dev.kctl.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The host's processes, found by what their command lines name. */
final class Processes {
  private Processes() {}

  /** A live process and its command line. */
  record Found(long pid, String commandLine) {}

  /** Live processes (not zombies) whose command line names the path. */
  static List<Found> naming(Path path) {
    var found = new ArrayList<Found>();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (var process : all.filter(p -> isNumber(p.getFileName().toString())).toList()) {
        var line = commandLine(process);
        if (line.contains(path.toString())) {
          found.add(new Found(Long.parseLong(process.getFileName().toString()), line));
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return found;
  }

  private static String commandLine(Path process) {
    try {
      // Empty for zombies and kernel threads.
      return new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.ISO_8859_1)
          .replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }

  private static boolean isNumber(String name) {
    return name.chars().allMatch(Character::isDigit);
  }
}
