package dev.kctl.engine;

import dev.kctl.engine.ContainerState.Running;
import dev.kctl.guest.proto.Process;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Checks a container's health from the start of a run, or from its adoption, to its end. What it
 * found is on disk: the next engine goes on with it.
 */
final class HealthMonitor {
  private static final int MOST_OUTPUT = 4096;
  private static final int NO_CODE = -1;

  private final Container container;
  private final HealthCheck check;
  private final Run run;
  private final HostClock clock;

  HealthMonitor(Container container, HealthCheck check, Run run, HostClock clock) {
    this.container = container;
    this.check = check;
    this.run = run;
    this.clock = clock;
  }

  void begin() {
    container.health(remembered());
    Thread.ofVirtual().name("health").start(this::watch);
  }

  private void watch() {
    try {
      while (!endsWithin(interval())) {
        if (container.state() instanceof Running running && !running.paused()) {
          take(probe(), isForgiven(running));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration interval() {
    return container.state() instanceof Running running
            && container.health().status() == Health.Status.STARTING
            && isForgiven(running)
        ? check.startInterval()
        : check.interval();
  }

  private boolean isForgiven(Running running) {
    return clock.uptime().minus(running.uptime()).compareTo(check.startPeriod()) < 0;
  }

  private void take(Health.Probe probe, boolean forgiven) {
    if (run.exit().isDone()) {
      return;
    }
    var before = container.health();
    var after = before.after(probe, check, forgiven);
    remember(after);
    container.health(after);
    container.shown();
    if (after.status() != before.status()) {
      container.emit("health_status: " + after.status().word(), Map.of());
    }
  }

  private Health.Probe probe() {
    var start = clock.instant();
    var output = new ByteArrayOutputStream();
    var late = new AtomicBoolean();
    int code;
    try (var exec = run.begun().join().exec(process())) {
      var alarm =
          Alarm.after(
              check.timeout(),
              () -> {
                late.set(true);
                cut(exec);
              });
      try {
        code = finish(exec, output);
      } finally {
        alarm.cancel();
      }
    } catch (EngineException.StartFailed e) {
      code = e.exitCode();
      output.writeBytes(String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
    } catch (RuntimeException e) {
      code = NO_CODE;
      output.writeBytes(String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
    }
    var text = text(output);
    return late.get()
        ? new Health.Probe(
            start,
            clock.instant(),
            NO_CODE,
            "Health check exceeded timeout (" + check.timeout().toMillis() + "ms): " + text)
        : new Health.Probe(start, clock.instant(), code, text);
  }

  private static void cut(GuestExec exec) {
    exec.signal(Signal.KILL);
    exec.close();
  }

  private static int finish(GuestExec exec, ByteArrayOutputStream output) {
    for (var next = exec.next(); next.isPresent(); next = exec.next()) {
      if (output.size() <= MOST_OUTPUT) {
        output.writeBytes(next.get().data().toByteArray());
      }
    }
    return exec.exitCode();
  }

  private static String text(ByteArrayOutputStream output) {
    var bytes = output.toByteArray();
    return bytes.length <= MOST_OUTPUT
        ? new String(bytes, StandardCharsets.UTF_8)
        : new String(bytes, 0, MOST_OUTPUT, StandardCharsets.UTF_8) + "...";
  }

  private Process process() {
    var spec = container.spec();
    var process =
        Process.newBuilder()
            .addAllArgs(check.command())
            .addAllEnv(spec.environment())
            .setCwd(spec.config().path("WorkingDir").asText(""))
            .setUser(spec.config().path("User").asText(""));
    return Sandbox.confine(process, spec.hostConfig(), false).build();
  }

  private Health remembered() {
    try {
      var json = Json.parse(Files.readAllBytes(container.files().health()));
      return json.path("run").asInt() == run.number() ? Health.fromJson(json) : Health.STARTING;
    } catch (IOException | RuntimeException e) {
      return Health.STARTING;
    }
  }

  private void remember(Health health) {
    try {
      var json = health.toJson().put("run", run.number());
      DurableFiles.replaceQuickly(container.files().health(), Json.bytes(json));
    } catch (IOException e) {
      System.err.println("engine: writing a container's health: " + e);
    }
  }

  private boolean endsWithin(Duration bound) throws InterruptedException {
    try {
      run.exit().get(bound.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true;
    }
  }
}
