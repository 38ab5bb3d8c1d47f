package dev.kctl.e2e;

import java.util.List;
import java.util.Map;

/** Sends signals to a process, or to a group by its negated number, as {@code kill(1)} does. */
final class Signals {
  private Signals() {}

  static void send(String name, long pid) {
    // The shell's own: procps' takes the "-1" of "-1234" for its target, every process there is,
    // and does not take "--".
    var command = List.of("sh", "-c", "kill -s \"$1\" -- \"$2\"", "kill", name, Long.toString(pid));
    try (var kill = Started.start(command, Map.of())) {
      kill.await();
    }
  }
}
