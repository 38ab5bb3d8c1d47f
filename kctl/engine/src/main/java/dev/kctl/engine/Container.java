package dev.kctl.engine;

import dev.kctl.engine.ContainerState.Created;
import dev.kctl.engine.ContainerState.Exited;
import dev.kctl.engine.ContainerState.NotStarted;
import dev.kctl.engine.ContainerState.Removing;
import dev.kctl.engine.ContainerState.Running;
import dev.kctl.engine.ContainerState.Starting;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One container: its state and what may be done to it. A state is on disk before it is told to
 * anybody; the end of a container that is removed at its end is not written any more.
 */
final class Container implements Run.Owner {
  private static final Duration LONGEST_START = Duration.ofSeconds(60);
  private static final Duration LONGEST_KILL = Duration.ofSeconds(10);
  private static final Duration LONGEST_POWER_OFF = Duration.ofSeconds(5);

  private final ContainerSpec spec;
  private final ContainerDirectory files;
  private final Surroundings around;
  private final CompletableFuture<Integer> removed = new CompletableFuture<>();
  private ContainerState state;
  private Run run;
  private CompletableFuture<Void> lastTearDown = CompletableFuture.completedFuture(null);
  private TerminalSize size = TerminalSize.UNKNOWN;
  private boolean claimed;
  private volatile Trace trace = new Trace();

  /** What containers need of the engine. */
  interface Surroundings {
    GuestLauncher launcher();

    Activity activity();

    InstantSource clock();

    /** Something that is shown of the container has changed. */
    void changed(Container container);

    /** The container is no more. */
    void removed(Container container);
  }

  Container(
      ContainerSpec spec, ContainerDirectory files, ContainerState state, Surroundings around) {
    this.spec = spec;
    this.files = files;
    this.state = state;
    this.around = around;
    this.run = new Run(runsSoFar(state) + 1, this);
    var console = spec.hostConfig().path("ConsoleSize");
    if (console.size() == 2) {
      size = new TerminalSize(console.path(0).asInt(), console.path(1).asInt());
    }
  }

  ContainerSpec spec() {
    return spec;
  }

  ContainerDirectory files() {
    return files;
  }

  Trace trace() {
    return trace;
  }

  synchronized ContainerState state() {
    return state;
  }

  /** The run that is on, or else the next one. */
  synchronized Run run() {
    return run;
  }

  /** Starts it and returns when its process runs. */
  void start() throws InterruptedException {
    Run mine;
    CompletableFuture<Void> before;
    synchronized (this) {
      state = starting();
      mine = run;
      before = lastTearDown;
      lastTearDown = mine.tornDown();
      trace = new Trace();
    }
    var use = around.activity().begin();
    var _ = mine.tornDown().whenComplete((_, _) -> use.close());
    try {
      before.join();
      launch(mine);
    } catch (EngineException.StartFailed e) {
      startFailed(mine, e);
      throw e;
    } catch (IOException | RuntimeException e) {
      var failure = StartFailures.lost(String.valueOf(e.getMessage()));
      failure.initCause(e);
      startFailed(mine, failure);
      throw failure;
    }
  }

  /** Sends a signal to its first process; with KILL it is certain to be dead afterwards. */
  void kill(Signal signal) throws InterruptedException {
    var mine = run();
    switch (state()) {
      case Running _ -> signal(mine, signal);
      case Starting _ -> {
        // Somebody who interrupts a start means the process that is about to run.
        mine.begun().exceptionally(_ -> null).join();
        signal(mine, signal);
      }
      case Created _, NotStarted _, Exited _, Removing _ -> throw notRunning("kill");
    }
  }

  /** Asks its process to end and kills it after the grace. */
  void stop(Signal signal, Duration grace) throws InterruptedException {
    switch (state()) {
      case Running _, Starting _ -> {}
      case Created _, NotStarted _, Exited _, Removing _ ->
          throw new EngineException.NotModified("not running");
    }
    var mine = run();
    kill(signal);
    if (!within(mine.exit(), grace)) {
      kill(Signal.KILL);
    }
  }

  /** Takes it away with all that belongs to it; a running one only by force. */
  void remove(boolean force) throws InterruptedException {
    synchronized (this) {
      switch (state) {
        case Removing _ ->
            throw new EngineException.Conflict(
                "removal of container " + spec.name() + " is already in progress");
        case Running _, Starting _ -> {
          if (!force) {
            throw new EngineException.Conflict(
                "cannot remove container \"/"
                    + spec.name()
                    + "\": container is running: stop the container before removing or force"
                    + " remove");
          }
        }
        case Created _, NotStarted _, Exited _ -> {}
      }
    }
    endByForce();
    removeNow();
  }

  void resize(TerminalSize wanted) {
    Run mine;
    synchronized (this) {
      size = wanted;
      mine = run;
    }
    if (mine.begun().isDone() && state() instanceof Running) {
      mine.guest().ifPresent(guest -> guest.resize(wanted));
    }
  }

  /** The exit code for Docker's wait conditions; armed when this returns. */
  synchronized CompletableFuture<Integer> exit(WaitCondition condition) {
    return switch (condition) {
      case REMOVED -> removed;
      case NEXT_EXIT -> run.exit();
      case NOT_RUNNING ->
          switch (state) {
            case Starting _, Running _ -> run.exit();
            case Created _ -> CompletableFuture.completedFuture(0);
            case NotStarted failed -> CompletableFuture.completedFuture(failed.exitCode());
            case Exited exited -> CompletableFuture.completedFuture(exited.exitCode());
            case Removing removing -> CompletableFuture.completedFuture(removing.exitCode());
          };
    };
  }

  /**
   * After a crash of the engine: takes its machine over, or finds out that it has ended. What no
   * running container claims was swept before.
   */
  void recover() {
    switch (state()) {
      case Running running -> adopt(running);
      case Starting starting ->
          become(starting.failed(128, "the engine ended while the container was being started"));
      case Created _, NotStarted _, Exited _ -> {}
      case Removing _ -> {
        removeNow();
        return;
      }
    }
    if (spec.autoRemove() && !(state() instanceof Running)) {
      removeNow();
    }
  }

  @Override
  public void began(Run begun, Guest guest) {
    synchronized (this) {
      if (!(state instanceof Starting starting)) {
        return;
      }
      state = starting.running(around.clock().instant(), guest.machine());
    }
    save(false);
    around.changed(this);
    var wanted = size;
    if (spec.tty() && !wanted.equals(TerminalSize.UNKNOWN)) {
      Thread.ofVirtual().start(() -> guest.resize(wanted));
    }
  }

  @Override
  public void ended(Run ended, Guest guest, Run.End end) {
    synchronized (this) {
      if (ended != run || !(state instanceof Running running)) {
        return;
      }
      state =
          running.exited(around.clock().instant(), end.exitCode(), end.oomKilled(), end.error());
      run = new Run(ended.number() + 1, this);
    }
    if (!spec.autoRemove()) {
      save(false);
      around.changed(this);
    }
    ended.finish(end.exitCode());
    Thread.ofVirtual().name("teardown").start(() -> tearDown(ended, guest, end));
  }

  private void launch(Run mine) throws IOException, InterruptedException {
    save(false);
    var guest = around.launcher().launch(spec, files, size(), trace);
    try (var _ = trace.begin("process")) {
      mine.follow(guest, JsonFileLog.open(files.log()), 0);
      mine.begun().get(LONGEST_START.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof EngineException.StartFailed failure
          ? failure
          : StartFailures.lost(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      throw StartFailures.lost(
          "the guest did not start the process within " + LONGEST_START.toSeconds() + " s");
    }
  }

  private synchronized TerminalSize size() {
    return size;
  }

  private ContainerState starting() {
    var now = around.clock().instant();
    return switch (state) {
      case Created created -> created.starting(now);
      case NotStarted failed -> failed.starting(now);
      case Exited exited -> exited.starting(now);
      case Starting _, Running _ -> throw new EngineException.NotModified("already started");
      case Removing _ ->
          throw new EngineException.Conflict(
              "container is marked for removal and cannot be started");
    };
  }

  private void startFailed(Run mine, EngineException.StartFailed failure) {
    mine.guest().ifPresent(Guest::close);
    synchronized (this) {
      if (state instanceof Starting starting) {
        state = starting.failed(failure.exitCode(), String.valueOf(failure.getMessage()));
      }
      run = new Run(mine.number() + 1, this);
    }
    save(false);
    mine.finish(failure.exitCode());
    mine.tornDown().complete(null);
    if (spec.autoRemove()) {
      removeNow();
    } else {
      around.changed(this);
    }
  }

  private void tearDown(Run ended, Guest guest, Run.End end) {
    try {
      if (!spec.autoRemove() && end.sequence() > 0) {
        guest.acknowledge(end.sequence());
        guest.awaitPowerOff(LONGEST_POWER_OFF);
        save(true);
      }
    } finally {
      guest.close();
      ended.tornDown().complete(null);
      if (spec.autoRemove()) {
        removeNow();
      }
    }
  }

  private void signal(Run mine, Signal signal) throws InterruptedException {
    var guest = mine.guest();
    if (guest.isEmpty() || mine.exit().isDone()) {
      throw notRunning("kill");
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

  private void endByForce() throws InterruptedException {
    var mine = run();
    switch (state()) {
      case Starting _ -> {
        mine.begun().exceptionally(_ -> null).join();
        endByForce();
      }
      case Running _ -> {
        mine.guest().ifPresent(Guest::kill);
        mine.exit().join();
      }
      case Created _, NotStarted _, Exited _, Removing _ -> {}
    }
  }

  /** Waits for the machine's end, then leaves nothing behind; once, whoever comes second waits. */
  private void removeNow() {
    CompletableFuture<Void> before;
    int code;
    boolean mine;
    synchronized (this) {
      before = lastTearDown;
      mine = !claimed;
      claimed = true;
      code = lastExitCode(state);
      state = new Removing(code);
    }
    if (!mine) {
      removed.join();
      return;
    }
    before.join();
    try {
      files.delete();
    } catch (IOException e) {
      System.err.println("engine: removing " + files.path() + ": " + e);
    }
    around.removed(this);
    removed.complete(code);
  }

  private void adopt(Running running) {
    var mine = run();
    try {
      var guest = around.launcher().adopt(spec, files, running.machine());
      var use = around.activity().begin();
      synchronized (this) {
        run = new Run(running.run(), this);
        mine = run;
        lastTearDown = mine.tornDown();
      }
      var _ = mine.tornDown().whenComplete((_, _) -> use.close());
      var log = JsonFileLog.open(files.log());
      mine.begun().complete(guest);
      mine.follow(guest, log, JsonFileLog.lastSequence(files.log(), running.run()));
    } catch (EngineException | IOException e) {
      around.launcher().clear(spec);
      become(running.exited(around.clock().instant(), 137, false, String.valueOf(e.getMessage())));
    }
  }

  private void become(ContainerState next) {
    synchronized (this) {
      state = next;
      run = new Run(runsSoFar(next) + 1, this);
    }
    save(true);
  }

  private void save(boolean durable) {
    try {
      files.write(state(), durable && !spec.autoRemove());
    } catch (IOException e) {
      System.err.println("engine: writing " + files.state() + ": " + e);
    }
  }

  private EngineException notRunning(String verb) {
    return new EngineException.Conflict(
        "cannot "
            + verb
            + " container: "
            + spec.name()
            + ": container "
            + spec.id()
            + " is not running");
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

  private static int runsSoFar(ContainerState state) {
    return switch (state) {
      case Created _, Removing _ -> 0;
      case Starting starting -> starting.run();
      case NotStarted failed -> failed.run();
      case Running running -> running.run();
      case Exited exited -> exited.run();
    };
  }

  private static int lastExitCode(ContainerState state) {
    return switch (state) {
      case Created _, Starting _, Running _ -> 0;
      case NotStarted failed -> failed.exitCode();
      case Exited exited -> exited.exitCode();
      case Removing removing -> removing.exitCode();
    };
  }
}
