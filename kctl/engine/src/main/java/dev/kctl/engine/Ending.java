package dev.kctl.engine;

import dev.kctl.engine.ContainerState.Created;
import dev.kctl.engine.ContainerState.Exited;
import dev.kctl.engine.ContainerState.NotStarted;
import dev.kctl.engine.ContainerState.Removing;
import dev.kctl.engine.ContainerState.Restarting;
import dev.kctl.engine.ContainerState.Running;
import dev.kctl.engine.ContainerState.Starting;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The ways to end what a container runs. */
final class Ending {
  private static final Duration LONGEST_KILL = Duration.ofSeconds(10);

  /** Who sends one of these wants an end, and no restart after it. */
  private static final Set<String> FINAL = Set.of("KILL", "TERM", "INT", "QUIT");

  private final Container container;
  private final Life life;

  Ending(Container container) {
    this.container = container;
    this.life = container.life();
  }

  /** Sends a signal to its first process; with KILL it is certain to be dead afterwards. */
  void kill(Signal signal) throws InterruptedException {
    var mine = life.run();
    switch (life.state()) {
      case Running _ -> send(mine, signal);
      case Starting _ -> {
        // Somebody who interrupts a start means the process that is about to run.
        mine.begun().exceptionally(_ -> null).join();
        send(mine, signal);
      }
      case Restarting _ -> {
        if (!container.restarting().cancel()) {
          kill(signal);
        }
      }
      case Created _, NotStarted _, Exited _, Removing _ -> throw container.notRunning("kill");
    }
  }

  /** Asks its process to end and kills it after the grace. */
  void stop(Signal signal, Duration grace) throws InterruptedException {
    switch (life.state()) {
      case Running _, Starting _ -> {}
      case Restarting _ -> {
        if (!container.restarting().cancel()) {
          stop(signal, grace);
          return;
        }
        container.emit("stop", Map.of());
        return;
      }
      case Created _, NotStarted _, Exited _, Removing _ ->
          throw new EngineException.NotModified("not running");
    }
    var mine = life.run();
    wanted(mine);
    if (!asked(signal) || !within(mine.exit(), grace)) {
      kill(Signal.KILL);
    }
    container.emit("stop", Map.of());
  }

  /** Whether the guest took the signal; one that does not is ended with its machine. */
  private boolean asked(Signal signal) throws InterruptedException {
    try {
      kill(signal);
      return true;
    } catch (EngineException.Failed _) {
      return false;
    }
  }

  /** Ends the machine, whatever runs in it. */
  void force() throws InterruptedException {
    var mine = life.run();
    switch (life.state()) {
      case Starting _ -> {
        mine.begun().exceptionally(_ -> null).join();
        force();
      }
      case Running _ -> {
        wanted(mine);
        mine.guest().ifPresent(Guest::kill);
        mine.exit().join();
      }
      case Restarting _ -> {
        if (!container.restarting().cancel()) {
          force();
        }
      }
      case Created _, NotStarted _, Exited _, Removing _ -> {}
    }
  }

  private void send(Run mine, Signal signal) throws InterruptedException {
    if (isFinal(signal)) {
      wanted(mine);
    }
    signal(mine, signal);
    container.emit("kill", Map.of("signal", String.valueOf(signal.number())));
  }

  /** Its policy is not asked at the end of this run, whichever engine sees it. */
  private void wanted(Run mine) {
    var marked =
        life.change(
            mine,
            state ->
                state instanceof Running running && !running.stopping()
                    ? Optional.of(running.stopped())
                    : Optional.empty());
    if (marked) {
      life.save(false);
    }
  }

  private boolean isFinal(Signal signal) {
    return signal.equals(container.spec().stopSignal())
        || FINAL.stream().map(Signal::parse).anyMatch(signal::equals);
  }

  private void signal(Run mine, Signal signal) throws InterruptedException {
    var guest = mine.guest();
    if (guest.isEmpty() || mine.exit().isDone()) {
      throw container.notRunning("kill");
    }
    try {
      guest.get().signal(signal);
      if (isFinal(signal) && life.state() instanceof Running running && running.paused()) {
        // A process that stands still would never see it.
        container.unpause();
      }
    } catch (RuntimeException e) {
      // Its end is on the way, or the agent is out of reach: then only the machine can be killed.
      if (!signal.equals(Signal.KILL)) {
        if (!within(mine.exit(), Duration.ofSeconds(1))) {
          throw new EngineException.Failed("cannot send the signal: " + e.getMessage(), e);
        }
        return;
      }
    }
    if (signal.equals(Signal.KILL) && !within(mine.exit(), LONGEST_KILL)) {
      guest.get().kill();
      mine.exit().join();
    }
  }

  private static boolean within(CompletableFuture<?> future, Duration bound)
      throws InterruptedException {
    try {
      future.get(bound.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException | CompletionException e) {
      return true;
    }
  }
}
