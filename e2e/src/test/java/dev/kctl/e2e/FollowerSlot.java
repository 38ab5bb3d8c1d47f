package dev.kctl.e2e;

import static dev.kctl.e2e.TortureArena.pause;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/** Follows the logs of writers, each for some seconds, and counts what it is shown. */
final class FollowerSlot implements Runnable {
  private static final Duration STEP = Duration.ofMillis(100);

  private final TortureArena arena;
  private final Random random;

  FollowerSlot(TortureArena arena, Random random) {
    this.arena = arena;
    this.random = random;
  }

  @Override
  public void run() {
    while (!arena.stopping()) {
      arena.awaitEngine();
      arena
          .anyWriter(random)
          .ifPresentOrElse(writer -> follow(writer.getKey(), writer.getValue()), () -> pause(STEP));
    }
  }

  private void follow(String name, String id) {
    var since = Instant.now();
    var until = since.plusMillis(4000 + random.nextInt(15_000));
    var kind = Client.of(random.nextInt(2));
    try (var client = arena.killer.register(kind.start(arena.kctl, "logs", "-f", name))) {
      while (client.isAlive() && Instant.now().isBefore(until) && !arena.stopping()) {
        pause(STEP);
      }
      var endedByItself = !client.isAlive();
      arena.killer.unregister(client);
      arena.report.count("logs followed", 1);
      if (!arena.killer.hasKilledMachine(id, Instant.MIN)) {
        check(client.stdout(), "o");
        check(client.stderr(), "e");
      }
      // Docker's own client does not come back where the engine does.
      var isCut = kind == Client.DOCKER && arena.killer.hasKilledEngine(since);
      if (endedByItself
          && !isCut
          && !arena.killer.hasKilled(client)
          && !arena.killer.hasKilledMachine(id, Instant.MIN)) {
        arena.report.violation("logs -f " + name + " ended by itself: " + client.await());
      }
    }
  }

  private void check(String text, String word) {
    var lines = new NumberedLines(word);
    // Docker's own client adds a message of its own where its connection breaks.
    text.lines().filter(line -> line.startsWith(word + " ")).forEach(l -> lines.take(l + "\n"));
    lines.faults().forEach(fault -> arena.report.violation("logs -f printed " + fault));
    arena.report.count("lines checked", lines.last());
  }
}
