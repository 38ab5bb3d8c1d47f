package dev.kctl.engine;

import dev.kctl.engine.ContainerState.Restarting;
import java.util.Optional;

/** Starts a container again after the pause that its policy makes. */
final class Restarter {
  private final Container container;
  private final Container.Surroundings around;
  private final Life life;
  private volatile Alarm alarm = Alarm.none();

  Restarter(Container container, Container.Surroundings around) {
    this.container = container;
    this.around = around;
    this.life = container.life();
  }

  void later(Restarting restarting) {
    var use = around.activity().begin();
    alarm = Alarm.after(restarting.restarts().pause(), () -> now(restarting, use));
  }

  /** Somebody does not want it any more; false where it does not wait for a restart. */
  boolean cancel() {
    var run = life.run();
    var code = ContainerState.exitCode(life.state());
    var cancelled =
        life.end(
            run,
            state ->
                state instanceof Restarting restarting
                    ? Optional.of(restarting.stopped())
                    : Optional.empty());
    if (cancelled) {
      alarm.cancel();
      life.save(true);
      around.changed(container);
      run.finish(code);
      run.tornDown().complete(null);
    }
    return cancelled;
  }

  private void now(Restarting restarting, Activity.Use use) {
    try {
      new Start(container, around).byPolicy(restarting);
    } catch (EngineException e) {
      // Its state says so; where its policy goes on, the next start is on its way.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      use.close();
    }
  }
}
