package dev.kctl.engine;

import dev.kctl.engine.ContainerState.Restarting;
import dev.kctl.engine.ContainerState.Starting;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One start of a container: to its process running, or to nothing left of it. */
final class Start {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final Container container;
  private final Container.Surroundings around;
  private final Life life;

  Start(Container container, Container.Surroundings around) {
    this.container = container;
    this.around = around;
    this.life = container.life();
  }

  /** Because somebody asked for it; returns when its process runs. */
  void byHand() throws InterruptedException {
    run(life.begin(state -> Optional.of(state.starting(around.clock().instant()))));
  }

  /** Because its policy says so and nobody decided otherwise meanwhile. */
  void byPolicy(Restarting restarting) throws InterruptedException {
    var attempt =
        life.begin(
            state -> {
              if (!state.equals(restarting)) {
                throw new EngineException.NotModified("not to be restarted any more");
              }
              return Optional.of(restarting.resumed(around.clock().instant()));
            });
    run(attempt);
  }

  private void run(Life.Attempt attempt) throws InterruptedException {
    var mine = attempt.run();
    var trace = container.newTrace();
    var use = around.activity().begin();
    var _ = mine.tornDown().whenComplete((_, _) -> use.close());
    try {
      attempt.before().join();
      container.filesMachine().end();
      around.checkRoom();
      launch(mine, trace);
    } catch (EngineException.StartFailed e) {
      failed(mine, e);
      throw e;
    } catch (IOException | RuntimeException e) {
      var failure = StartFailures.lost(String.valueOf(e.getMessage()));
      failure.initCause(e);
      failed(mine, failure);
      throw failure;
    }
  }

  private void launch(Run mine, Trace trace) throws IOException, InterruptedException {
    life.save(false);
    var files = container.files();
    var spec = container.spec();
    var guest = around.launcher().launch(spec, files, container.size(), trace);
    try (var _ = trace.begin("process")) {
      mine.follow(guest, around.log(spec, files), 0);
      mine.begun().get(LONGEST.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof EngineException.StartFailed failure
          ? failure
          : StartFailures.lost(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      throw StartFailures.lost(
          "the guest did not start the process within " + LONGEST.toSeconds() + " s");
    }
  }

  private void failed(Run mine, EngineException.StartFailed failure) {
    mine.guest().ifPresent(Guest::close);
    var outcome = Outcome.notStarted(failure);
    var _ =
        life.end(
            mine,
            state ->
                Optional.of(state instanceof Starting starting ? next(starting, outcome) : state));
    life.save(false);
    mine.finish(failure.exitCode());
    mine.tornDown().complete(null);
    if (container.removesAtEnd()) {
      container.removal().now();
      return;
    }
    around.changed(container);
    if (life.state() instanceof Restarting restarting) {
      container.restarting().later(restarting);
    }
  }

  /** A policy gives up only where another try would fail in the same way. */
  private ContainerState next(Starting starting, Outcome outcome) {
    var mayPass = outcome.cause() != Cause.NOT_FOUND && outcome.cause() != Cause.NOT_EXECUTABLE;
    var policy = container.spec().restartPolicy();
    return starting.byPolicy()
            && mayPass
            && policy.restarts(outcome.exitCode(), starting.restarts())
        ? starting.again(around.clock().instant(), outcome)
        : starting.failed(outcome);
  }
}
