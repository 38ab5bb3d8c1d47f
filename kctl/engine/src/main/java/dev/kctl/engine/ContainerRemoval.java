package dev.kctl.engine;

import dev.kctl.engine.ContainerState.Created;
import dev.kctl.engine.ContainerState.Exited;
import dev.kctl.engine.ContainerState.NotStarted;
import dev.kctl.engine.ContainerState.Removing;
import dev.kctl.engine.ContainerState.Restarting;
import dev.kctl.engine.ContainerState.Running;
import dev.kctl.engine.ContainerState.Starting;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The end of a container's machine, and of the container itself. */
final class ContainerRemoval {
  private static final Duration LONGEST_POWER_OFF = Duration.ofSeconds(5);

  /** How long the clients of an engine that was killed may take to come back. */
  private static final Duration RETURN = Duration.ofSeconds(5);

  private final Container container;
  private final Container.Surroundings around;
  private final Life life;
  private final AtomicBoolean claimed = new AtomicBoolean();
  private final CompletableFuture<Integer> done = new CompletableFuture<>();
  private final CompletableFuture<Void> endRead = new CompletableFuture<>();

  ContainerRemoval(Container container, Container.Surroundings around) {
    this.container = container;
    this.around = around;
    this.life = container.life();
  }

  /** The last exit code, once nothing of the container is left. */
  CompletableFuture<Integer> done() {
    return done;
  }

  /** Refuses what must not be removed now. */
  void check(boolean force) {
    switch (life.state()) {
      case Removing _ ->
          throw new EngineException.Conflict(
              "removal of container " + container.spec().name() + " is already in progress");
      case Running running when running.paused() ->
          refuse(force, "container is paused and must be unpaused first");
      case Running _, Starting _ ->
          refuse(force, "container is running: stop the container before removing or force remove");
      case Restarting _ ->
          refuse(
              force, "container is restarting: stop the container before removing or force remove");
      case Created _, NotStarted _, Exited _ -> {}
    }
  }

  private void refuse(boolean force, String why) {
    if (!force) {
      throw new EngineException.Conflict(
          "cannot remove container \"/" + container.spec().name() + "\": " + why);
    }
  }

  /** Waits for the machine's end, then leaves nothing behind; once, whoever comes second waits. */
  void now() {
    if (!claimed.compareAndSet(false, true)) {
      done.join();
      return;
    }
    var code = ContainerState.exitCode(life.state());
    var _ = life.change(life.run(), _ -> Optional.of(new Removing(code)));
    life.lastTearDown().join();
    endFiles();
    try {
      container.files().delete();
    } catch (IOException e) {
      System.err.println("engine: removing " + container.files().path() + ": " + e);
    }
    container.emit("destroy", Map.of());
    around.removed(container);
    done.complete(code);
  }

  private void endFiles() {
    try {
      container.filesMachine().end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A client that goes on where it was has got the rest of the output and the exit code. */
  void endWasRead() {
    endRead.complete(null);
  }

  /** Its output is in the log only, and goes with it: whoever lost an engine asks for it now. */
  private void awaitReader() {
    try {
      endRead.get(RETURN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // Nobody was attached, or nobody cares any more.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes away the machine of a run that has ended; one that is kept unmounts its disk before. */
  void tearDown(Run ended, Guest guest, Run.End end) {
    var kept = !container.removesAtEnd();
    try {
      if (kept && end.sequence() > 0) {
        guest.acknowledge(end.sequence());
        guest.awaitPowerOff(LONGEST_POWER_OFF);
        life.save(true);
      }
    } finally {
      guest.close();
      ended.tornDown().complete(null);
      if (!kept) {
        if (ended.isAdopted()) {
          awaitReader();
        }
        now();
      }
    }
  }
}
