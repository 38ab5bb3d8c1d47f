package dev.kctl.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Runs short containers with {@code run --rm}, one after the other, and stays with each. */
final class ForegroundSlot implements Runnable {
  private static final int LINES = 15;
  private static final int CODE = 7;
  private static final int ID_LENGTH = 64;
  private static final String SCRIPT =
      "for i in $(seq 1 %d); do echo \"o $i\"; sleep 0.2; done; exit %d".formatted(LINES, CODE);

  private final TortureArena arena;
  private final String prefix;
  private int generation;

  ForegroundSlot(TortureArena arena, String prefix) {
    this.arena = arena;
    this.prefix = prefix;
  }

  @Override
  public void run() {
    while (!arena.stopping()) {
      var since = Instant.now();
      arena.awaitEngine();
      once(prefix + "-" + generation++, since);
    }
  }

  private void once(String name, Instant since) {
    var idFile = arena.kctl.root().resolveSibling(name);
    var words = List.of("run", "--rm", "--name", name, "--cidfile", idFile.toString(), arena.image);
    var command = new ArrayList<>(words);
    command.addAll(List.of("sh", "-c", SCRIPT));
    try (var client = arena.killer.register(arena.kctl.start(command.toArray(String[]::new)))) {
      client.closeStdin();
      var finished = client.await();
      arena.killer.unregister(client);
      arena.report.count("run --rm", 1);
      if (arena.killer.hasKilled(client)) {
        arena.clear(name);
      } else {
        check(finished, machineKilled(idFile, since), arena.killer.hasKilledEngine(since));
        checkRemoved(name);
      }
    }
  }

  private void check(Finished finished, boolean machineKilled, boolean engineKilled) {
    var lines = new NumberedLines("o");
    lines.take(finished.stdout());
    lines.faults().forEach(fault -> arena.report.violation("run --rm printed " + fault));
    arena.report.count("lines checked", lines.last());
    var whole = lines.last() == LINES && finished.exitCode() == CODE;
    var explained = finished.exitCode() != CODE && !finished.stderr().isBlank();
    if (!whole && !((machineKilled || engineKilled) && explained)) {
      arena.report.violation(
          "run --rm, machine killed: %s, engine killed: %s, gave %s"
              .formatted(machineKilled, engineKilled, finished));
    }
  }

  /** By itself, if its client is cut off too. */
  private void checkRemoved(String name) {
    try {
      Eventually.eventually(
          TortureArena.PATIENCE,
          name + " has removed itself",
          () -> {
            arena.awaitEngine();
            return arena.isAbsent(name);
          });
    } catch (AssertionError e) {
      arena.report.violation(String.valueOf(e.getMessage()));
      arena.clear(name);
    }
  }

  private boolean machineKilled(Path idFile, Instant since) {
    try {
      var id = Files.readString(idFile);
      return id.length() == ID_LENGTH
          ? arena.killer.hasKilledMachine(id, since)
          : arena.killer.hasKilledAny(since);
    } catch (IOException e) {
      // Killed before it had an id.
      return arena.killer.hasKilledAny(since);
    }
  }
}
