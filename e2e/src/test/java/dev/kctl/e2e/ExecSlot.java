package dev.kctl.e2e;

import static dev.kctl.e2e.TortureArena.pause;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/** Runs further processes in the writers, one after the other. */
final class ExecSlot implements Runnable {
  private static final Duration STEP = Duration.ofSeconds(2);
  private static final int CODE = 9;
  private static final String SCRIPT = "for i in $(seq 1 5); do echo \"o $i\"; done; exit " + CODE;

  private final TortureArena arena;
  private final Random random;

  ExecSlot(TortureArena arena, Random random) {
    this.arena = arena;
    this.random = random;
  }

  @Override
  public void run() {
    while (!arena.stopping()) {
      var since = Instant.now();
      arena.awaitEngine();
      arena.anyWriter(random).ifPresent(writer -> once(writer.getKey(), writer.getValue(), since));
      pause(STEP);
    }
  }

  private void once(String name, String id, Instant since) {
    var kind = Client.of(random.nextInt(2));
    try (var client =
        arena.killer.register(kind.start(arena.kctl, "exec", name, "sh", "-c", SCRIPT))) {
      client.closeStdin();
      var finished = client.await();
      arena.killer.unregister(client);
      arena.report.count("exec", 1);
      var whole = finished.exitCode() == CODE && finished.stdout().equals(lines());
      var explained =
          finished.exitCode() != CODE
              && finished.exitCode() != 0
              && (arena.killer.hasKilled(client)
                  || arena.killer.hasKilledEngine(since)
                  || arena.killer.explainsNoEngine(finished, since)
                  || arena.killer.hasKilledMachine(id, Instant.MIN)
                  || arena.stopping());
      if (!whole && !explained) {
        arena.report.violation("exec in " + name + " by " + kind + " gave " + finished);
      }
    }
  }

  private static String lines() {
    return "o 1\no 2\no 3\no 4\no 5\n";
  }
}
