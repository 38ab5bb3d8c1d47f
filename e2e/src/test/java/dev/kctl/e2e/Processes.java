package dev.kctl.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The host's processes, found by what their command lines name. */
final class Processes {
  private Processes() {}

  /** A live process and its command line. */
  record Found(long pid, String commandLine) {}

  /** Live processes (not zombies) whose command line names the path. */
  static List<Found> naming(Path path) {
    return all()
        .map(process -> new Found(pid(process), commandLine(process)))
        .filter(found -> found.commandLine().contains(path.toString()))
        .toList();
  }

  private static Stream<Path> all() {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(p -> isNumber(p.getFileName().toString())).toList().stream();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static long pid(Path process) {
    return Long.parseLong(process.getFileName().toString());
  }

  /** The same, and those that were told to use this runtime directory: clients. */
  static List<Found> of(Path runtime) {
    var told = "KCTL_RUNTIME_DIR=" + runtime + " ";
    return all()
        .filter(
            process ->
                commandLine(process).contains(runtime.toString())
                    || text(process.resolve("environ")).contains(told))
        .map(process -> new Found(pid(process), commandLine(process)))
        .toList();
  }

  private static String commandLine(Path process) {
    // Empty for zombies and kernel threads.
    return text(process.resolve("cmdline"));
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }

  private static boolean isNumber(String name) {
    return name.chars().allMatch(Character::isDigit);
  }
}
