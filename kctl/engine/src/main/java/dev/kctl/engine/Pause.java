package dev.kctl.engine;

import dev.kctl.engine.ContainerState.Created;
import dev.kctl.engine.ContainerState.Exited;
import dev.kctl.engine.ContainerState.NotStarted;
import dev.kctl.engine.ContainerState.Removing;
import dev.kctl.engine.ContainerState.Restarting;
import dev.kctl.engine.ContainerState.Running;
import dev.kctl.engine.ContainerState.Starting;
import java.util.Map;
import java.util.Optional;

/**
 * Lets a container's processes stand still and go on, by the freezer of the guest: the agent
 * answers meanwhile.
 */
final class Pause {
  private final Container container;
  private final Container.Surroundings around;
  private final Life life;

  Pause(Container container, Container.Surroundings around) {
    this.container = container;
    this.around = around;
    this.life = container.life();
  }

  void begin() {
    if (running().paused()) {
      throw new EngineException.Conflict(
          "Container " + container.spec().id() + " is already paused");
    }
    set(true);
  }

  void end() {
    if (!running().paused()) {
      throw new EngineException.Conflict("Container " + container.spec().id() + " is not paused");
    }
    set(false);
  }

  private void set(boolean paused) {
    var mine = life.run();
    var guest = mine.guest().orElseThrow(() -> container.notRunning("pause"));
    guest.freeze(paused);
    var changed =
        life.change(
            mine,
            state ->
                state instanceof Running running
                    ? Optional.of(running.paused(paused))
                    : Optional.empty());
    if (changed) {
      life.save(false);
      around.changed(container);
      container.emit(paused ? "pause" : "unpause", Map.of());
    }
  }

  private Running running() {
    return switch (life.state()) {
      case Running running -> running;
      case Restarting _ ->
          throw new EngineException.Conflict(
              "Container "
                  + container.spec().id()
                  + " is restarting, wait until the container is running");
      case Created _, Starting _, NotStarted _, Exited _, Removing _ ->
          throw new EngineException.Conflict(
              "Container " + container.spec().id() + " is not running");
    };
  }
}
