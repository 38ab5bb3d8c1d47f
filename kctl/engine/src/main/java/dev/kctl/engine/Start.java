package dev.kctl.engine;

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

  /** Returns when its process runs. */
  void run() throws InterruptedException {
    var attempt = life.begin(state -> Optional.of(state.starting(around.clock().instant())));
    var mine = attempt.run();
    var trace = container.newTrace();
    var use = around.activity().begin();
    var _ = mine.tornDown().whenComplete((_, _) -> use.close());
    try {
      attempt.before().join();
      container.filesMachine().end();
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
    var guest = around.launcher().launch(container.spec(), files, container.size(), trace);
    try (var _ = trace.begin("process")) {
      mine.follow(guest, JsonFileLog.open(files.log()), 0);
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
    var _ =
        life.end(
            mine,
            state ->
                Optional.of(
                    state instanceof ContainerState.Starting starting
                        ? starting.failed(failure.exitCode(), String.valueOf(failure.getMessage()))
                        : state));
    life.save(false);
    mine.finish(failure.exitCode());
    mine.tornDown().complete(null);
    if (container.spec().autoRemove()) {
      container.removal().now();
    } else {
      around.changed(container);
    }
  }
}
