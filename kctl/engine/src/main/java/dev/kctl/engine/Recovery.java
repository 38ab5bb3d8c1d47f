package dev.kctl.engine;

import dev.kctl.engine.ContainerState.Created;
import dev.kctl.engine.ContainerState.Exited;
import dev.kctl.engine.ContainerState.NotStarted;
import dev.kctl.engine.ContainerState.Removing;
import dev.kctl.engine.ContainerState.Restarting;
import dev.kctl.engine.ContainerState.Running;
import dev.kctl.engine.ContainerState.Starting;
import java.io.IOException;

/**
 * After a crash of the engine, or a new start of the host: takes a container's machine over, or
 * finds out that it has ended, and goes on with its policy. What no running container claims was
 * swept before.
 */
final class Recovery {
  private static final int NOT_STARTED = 128;

  private final Container container;
  private final Container.Surroundings around;
  private final Life life;

  Recovery(Container container, Container.Surroundings around) {
    this.container = container;
    this.around = around;
    this.life = container.life();
  }

  void run() {
    switch (life.state()) {
      case Running running -> adopt(running);
      case Starting starting -> life.settle(interrupted(starting));
      case Exited exited when isDue(exited) -> life.settle(exited.afresh());
      case Created _, NotStarted _, Exited _, Restarting _ -> {}
      case Removing _ -> {
        container.removal().now();
        return;
      }
    }
    switch (life.state()) {
      case Restarting restarting -> container.restarting().later(restarting);
      case Running _ -> {}
      case Created _, NotStarted _, Exited _, Starting _, Removing _ -> {
        if (container.spec().autoRemove()) {
          container.removal().now();
        }
      }
    }
  }

  private boolean isDue(Exited exited) {
    return around.freshBoot() && container.spec().restartPolicy().startsAtBoot(exited.stopped());
  }

  /** The engine ended during a start: whoever wanted the container wants it still. */
  private ContainerState interrupted(Starting starting) {
    var outcome =
        new Outcome(
            NOT_STARTED,
            false,
            Cause.NOT_STARTED,
            "the engine ended while the container was being started");
    return container.spec().restartPolicy().restarts(NOT_STARTED, starting.restarts())
        ? starting.again(around.clock().instant(), outcome)
        : starting.failed(outcome);
  }

  private void adopt(Running running) {
    if (around.freshBoot()) {
      lost(running, Outcome.lost(Cause.UNSEEN, "the host was started anew while it ran"));
      return;
    }
    var spec = container.spec();
    var files = container.files();
    try {
      var guest = around.launcher().adopt(spec, files, running.machine());
      var use = around.activity().begin();
      var mine = life.resume(running.run());
      mine.adopted();
      var _ = mine.tornDown().whenComplete((_, _) -> use.close());
      var log = around.log(spec, files);
      mine.begun().complete(guest);
      mine.follow(guest, log, JsonFileLog.lastSequence(files.log(), running.run()));
      thawOrFreeze(guest, running);
      container.watch(mine, running);
    } catch (EngineException | IOException e) {
      around.launcher().clear(spec);
      lost(running, Outcome.lost(Cause.UNSEEN, String.valueOf(e.getMessage())));
    }
  }

  /** An engine may have died between freezing and saying so. */
  private static void thawOrFreeze(Guest guest, Running running) {
    try {
      guest.freeze(running.paused());
    } catch (EngineException e) {
      System.err.println("engine: " + e.getMessage());
    }
  }

  private void lost(Running running, Outcome outcome) {
    life.settle(container.after(running, outcome));
    container.died(running.startedAt(), outcome);
  }
}
