package dev.kctl.e2e;

import java.util.List;
import java.util.Map;

/** Sends signals to single processes, as {@code kill(1)} does. */
final class Signals {
  private Signals() {}

  static void send(String name, long pid) {
    try (var kill = Started.start(List.of("kill", "-s", name, Long.toString(pid)), Map.of())) {
      kill.await();
    }
  }
}
