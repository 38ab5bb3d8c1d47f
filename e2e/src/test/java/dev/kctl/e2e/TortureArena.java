package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.eventually;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** What all who take part in a campaign share. */
final class TortureArena {
  static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration UNATTENDED = Duration.ofSeconds(12);

  final Kctl kctl;
  final Killer killer;
  final TortureReport report;
  final EngineApi api;
  final String image = SharedRegistry.busybox();
  private final Map<String, String> writers = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  TortureArena(Kctl kctl, Killer killer, TortureReport report) {
    this.kctl = kctl;
    this.killer = killer;
    this.report = report;
    this.api = new EngineApi(kctl.socket());
  }

  boolean stopping() {
    return stopping;
  }

  void stop() {
    stopping = true;
  }

  /** A writer that others may follow, by its name and id. */
  void announce(String name, String id) {
    writers.put(name, id);
  }

  void withdraw(String name) {
    writers.remove(name);
  }

  Optional<Map.Entry<String, String>> anyWriter(Random random) {
    var all = writers.entrySet().stream().toList();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
  }

  /** Waits for an engine; asks for one where none comes by itself, as after the keeper's death. */
  void awaitEngine() {
    var since = Instant.now();
    while (!api.answers()) {
      if (Instant.now().isAfter(since.plus(UNATTENDED))) {
        kctl.run("info");
      }
      if (Instant.now().isAfter(since.plus(PATIENCE))) {
        report.violation("no engine answers");
        return;
      }
      pause(Duration.ofMillis(50));
    }
  }

  /** Takes a container away, whatever it is doing and whoever dies meanwhile. */
  void clear(String name) {
    try {
      eventually(
          PATIENCE,
          name + " is removed",
          () -> {
            awaitEngine();
            kctl.run("rm", "-f", name);
            return isAbsent(name);
          });
    } catch (AssertionError e) {
      report.violation(String.valueOf(e.getMessage()));
    }
  }

  boolean isAbsent(String name) {
    try {
      return api.inspect(name).isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  static void pause(Duration duration) {
    LockSupport.parkNanos(duration.toNanos());
  }
}
