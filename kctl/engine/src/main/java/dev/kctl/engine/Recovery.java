package dev.kctl.engine;

import dev.kctl.engine.ContainerState.Created;
import dev.kctl.engine.ContainerState.Exited;
import dev.kctl.engine.ContainerState.NotStarted;
import dev.kctl.engine.ContainerState.Removing;
import dev.kctl.engine.ContainerState.Running;
import dev.kctl.engine.ContainerState.Starting;
import java.io.IOException;

/**
 * After a crash of the engine: takes a container's machine over, or finds out that it has ended.
 * What no running container claims was swept before.
 */
final class Recovery {
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
      case Starting starting ->
          life.settle(
              starting.failed(128, "the engine ended while the container was being started"));
      case Created _, NotStarted _, Exited _ -> {}
      case Removing _ -> {
        container.removal().now();
        return;
      }
    }
    if (container.spec().autoRemove() && !(life.state() instanceof Running)) {
      container.removal().now();
    }
  }

  private void adopt(Running running) {
    var spec = container.spec();
    var files = container.files();
    try {
      var guest = around.launcher().adopt(spec, files, running.machine());
      var use = around.activity().begin();
      var mine = life.resume(running.run());
      var _ = mine.tornDown().whenComplete((_, _) -> use.close());
      var log = JsonFileLog.open(files.log());
      mine.begun().complete(guest);
      mine.follow(guest, log, JsonFileLog.lastSequence(files.log(), running.run()));
    } catch (EngineException | IOException e) {
      around.launcher().clear(spec);
      var now = around.clock().instant();
      life.settle(running.exited(now, 137, false, String.valueOf(e.getMessage())));
    }
  }
}
