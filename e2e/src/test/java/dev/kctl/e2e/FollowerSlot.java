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
      var since = Instant.now();
      arena.awaitEngine();
      arena
          .anyWriter(random)
          .ifPresentOrElse(
              writer -> follow(writer.getKey(), writer.getValue(), since), () -> pause(STEP));
    }
  }

  private void follow(String name, String id, Instant since) {
    var until = Instant.now().plusMillis(4000 + random.nextInt(15_000));
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
        var finished = client.await();
        if (!arena.killer.explainsNoEngine(finished, since)) {
          arena.report.violation("logs -f " + name + " ended by itself: " + finished);
        }
      }
    }
  }

  private void check(String text, String word) {
    var lines = new NumberedLines(word);
    // Docker's own client adds a message of its own where its connection breaks; a client that was
    // killed may have written a part of its last line.
    text.substring(0, text.lastIndexOf('\n') + 1)
        .lines()
        .filter(line -> line.startsWith(word + " "))
        .forEach(line -> lines.take(line + "\n"));
    lines.faults().forEach(fault -> arena.report.violation("logs -f printed " + fault));
    arena.report.count("lines checked", lines.last());
  }
}
