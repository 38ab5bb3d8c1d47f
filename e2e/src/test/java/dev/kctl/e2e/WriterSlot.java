package dev.kctl.e2e;

import static dev.kctl.e2e.TortureArena.PATIENCE;
import static dev.kctl.e2e.TortureArena.pause;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Keeps one container running that writes numbered lines to both of its outputs. When its machine
 * is killed, looks whether that was noticed, and whether the log is whole up to then.
 */
final class WriterSlot implements Runnable {
  static final String SCRIPT =
      """
      n=0
      while :; do
        for k in 1 2 3 4 5 6 7 8; do n=$((n+1)); echo "o $n"; echo "e $n" >&2; done
        sleep 1
      done
      """;

  private static final Duration STEP = Duration.ofMillis(700);

  private final TortureArena arena;
  private final String prefix;
  private final boolean restarts;
  private int generation;
  private volatile Optional<Tenant> tenant = Optional.empty();

  /** The container that is in the slot. */
  private record Tenant(String name, String id, Instant since) {}

  /**
   * A slot.
   *
   * @param restarts whether the engine is to start it again, instead of showing it as ended
   */
  WriterSlot(TortureArena arena, String prefix, boolean restarts) {
    this.arena = arena;
    this.prefix = prefix;
    this.restarts = restarts;
  }

  boolean isTaken() {
    return tenant.isPresent();
  }

  @Override
  public void run() {
    while (!arena.stopping()) {
      var started = start(prefix + "-" + generation++);
      tenant = started;
      started.ifPresent(this::watch);
    }
  }

  /** At the end of the campaign: it runs, goes on writing, and no line is amiss. */
  void conclude() {
    tenant.ifPresent(
        last -> {
          if (killed(last) && !restarts) {
            checkEnd(last);
          } else {
            checkAlive(last);
          }
          arena.clear(last.name());
        });
  }

  private Optional<Tenant> start(String name) {
    var since = Instant.now();
    arena.awaitEngine();
    var command = new ArrayList<>(List.of("run", "-d", "--name", name, "-m", "32m"));
    command.addAll(List.of("--health-cmd", "true", "--health-interval", "3s"));
    command.addAll(List.of("--restart", restarts ? "always" : "no"));
    command.addAll(List.of(arena.image, "sh", "-c", SCRIPT));
    Finished finished;
    try (var client = Client.of(generation).start(arena.kctl, command.toArray(String[]::new))) {
      client.closeStdin();
      finished = client.await();
    }
    if (finished.exitCode() == 0) {
      arena.report.count("containers started", 1);
      return Optional.of(new Tenant(name, finished.stdout().strip(), since));
    }
    if (!arena.killer.hasKilledAny(since) && !arena.killer.explainsNoEngine(finished, since)) {
      arena.report.violation("a start failed though nothing was killed: " + finished);
    }
    arena.clear(name);
    return Optional.empty();
  }

  private void watch(Tenant mine) {
    arena.announce(mine.name(), mine.id());
    while (!arena.stopping()) {
      var state = state(mine);
      if (killed(mine) && !restarts) {
        arena.withdraw(mine.name());
        checkEnd(mine);
        arena.clear(mine.name());
        return;
      }
      if (state.isPresent() && !restarts && !state.get().path("Running").asBoolean()) {
        arena.withdraw(mine.name());
        arena.report.violation(mine + " ended though nobody killed it: " + state.get());
        arena.clear(mine.name());
        return;
      }
      pause(STEP);
    }
  }

  private boolean killed(Tenant mine) {
    return arena.killer.hasKilledMachine(mine.id(), mine.since());
  }

  private void checkEnd(Tenant mine) {
    var ended = await(mine, state -> state.path("Status").asText().equals("exited"));
    if (ended.isEmpty()) {
      arena.report.violation(mine + " was killed and is not shown as exited: " + state(mine));
      return;
    }
    var state = ended.get();
    if (state.path("ExitCode").asInt() != 137 || state.path("Error").asText().isEmpty()) {
      arena.report.violation(mine + " was killed, but its state is " + state);
    }
    arena.report.count("machines killed, state checked", 1);
    checkLog(mine);
  }

  private void checkAlive(Tenant mine) {
    if (await(mine, state -> state.path("Running").asBoolean()).isEmpty()) {
      arena.report.violation(mine + " does not run at the end: " + state(mine));
      return;
    }
    var before = checkLog(mine);
    var deadline = Instant.now().plus(PATIENCE);
    while (lines(mine) <= before) {
      if (Instant.now().isAfter(deadline)) {
        arena.report.violation(mine + " runs, but writes nothing more");
        return;
      }
      pause(STEP);
    }
    arena.report.count(restarts ? "started again, alive at the end" : "alive at the end", 1);
  }

  private Optional<JsonNode> await(Tenant mine, Predicate<JsonNode> isReached) {
    var deadline = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(deadline)) {
      arena.awaitEngine();
      var state = state(mine).filter(isReached);
      if (state.isPresent()) {
        return state;
      }
      pause(STEP);
    }
    return Optional.empty();
  }

  /** Its state; empty where the engine cannot tell just now. */
  private Optional<JsonNode> state(Tenant mine) {
    try {
      return arena.api.inspect(mine.name()).map(inspected -> inspected.path("State"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private long checkLog(Tenant mine) {
    try {
      var log = WrittenLog.read(directory(mine));
      log.faults().stream()
          .limit(3)
          .forEach(fault -> arena.report.violation(mine + ": log: " + fault));
      arena.report.count("lines checked", log.lines());
      return log.lines();
    } catch (IOException e) {
      arena.report.violation(mine + ": its log cannot be read: " + e);
      return 0;
    }
  }

  private long lines(Tenant mine) {
    try {
      return WrittenLog.read(directory(mine)).lines();
    } catch (IOException e) {
      return 0;
    }
  }

  private Path directory(Tenant mine) {
    return arena.kctl.root().resolve("containers").resolve(mine.id()).resolve("log");
  }
}
