package dev.kctl.engine;

import dev.kctl.engine.ContainerState.Created;
import dev.kctl.engine.ContainerState.Exited;
import dev.kctl.engine.ContainerState.NotStarted;
import dev.kctl.engine.ContainerState.Removing;
import dev.kctl.engine.ContainerState.Running;
import dev.kctl.engine.ContainerState.Starting;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The ways to end what a container runs. */
final class Ending {
  private static final Duration LONGEST_KILL = Duration.ofSeconds(10);

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
      case Running _ -> signal(mine, signal);
      case Starting _ -> {
        // Somebody who interrupts a start means the process that is about to run.
        mine.begun().exceptionally(_ -> null).join();
        signal(mine, signal);
      }
      case Created _, NotStarted _, Exited _, Removing _ -> throw container.notRunning("kill");
    }
  }

  /** Asks its process to end and kills it after the grace. */
  void stop(Signal signal, Duration grace) throws InterruptedException {
    switch (life.state()) {
      case Running _, Starting _ -> {}
      case Created _, NotStarted _, Exited _, Removing _ ->
          throw new EngineException.NotModified("not running");
    }
    var mine = life.run();
    kill(signal);
    if (!within(mine.exit(), grace)) {
      kill(Signal.KILL);
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
        mine.guest().ifPresent(Guest::kill);
        mine.exit().join();
      }
      case Created _, NotStarted _, Exited _, Removing _ -> {}
    }
  }

  private void signal(Run mine, Signal signal) throws InterruptedException {
    var guest = mine.guest();
    if (guest.isEmpty() || mine.exit().isDone()) {
      throw container.notRunning("kill");
    }
    try {
      guest.get().signal(signal);
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
