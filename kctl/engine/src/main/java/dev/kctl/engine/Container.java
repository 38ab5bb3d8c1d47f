package dev.kctl.engine;

import dev.kctl.engine.ContainerState.Created;
import dev.kctl.engine.ContainerState.Exited;
import dev.kctl.engine.ContainerState.NotStarted;
import dev.kctl.engine.ContainerState.Removing;
import dev.kctl.engine.ContainerState.Restarting;
import dev.kctl.engine.ContainerState.Running;
import dev.kctl.engine.ContainerState.Starting;
import dev.kctl.engine.network.ContainerNetworks;
import dev.kctl.engine.network.SettingsJson;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One container, and what may be done to it. A state is on disk before it is told to anybody; the
 * end of a container that is removed at its end is not written any more.
 */
final class Container implements Run.Owner {
  private final ContainerDirectory files;
  private final Surroundings around;
  private final Life life;
  private final Ending ending;
  private final Pause pause;
  private final Restarter restarter;
  private final ContainerRemoval removal;
  private final FilesMachine filesMachine;
  private final ContainerExecs execs = new ContainerExecs();
  private volatile ContainerSpec spec;
  private volatile TerminalSize size;
  private volatile Trace trace = new Trace();
  private volatile boolean restartedByHand;
  private volatile Health health = Health.STARTING;

  /** What containers need of the engine. */
  interface Surroundings {
    GuestLauncher launcher();

    /** The networks of the containers that run. */
    ContainerNetworks networks();

    Activity activity();

    /** How long a machine that was started for files is kept after the last request. */
    Duration filesKept();

    HostClock clock();

    /** Whether the host was started anew since an engine last looked. */
    boolean freshBoot();

    /** Refuses a start where the host's disk is as good as full. */
    void checkRoom();

    /** Opens a container's log for appending. */
    ContainerLog log(ContainerSpec spec, ContainerDirectory files) throws IOException;

    /** Tells whoever listens what has happened to a container. */
    void emit(Container container, String action, Map<String, String> attributes);

    /** Something that is shown of the container has changed. */
    void changed(Container container);

    /** The container is no more. */
    void removed(Container container);
  }

  Container(
      ContainerSpec spec, ContainerDirectory files, ContainerState state, Surroundings around) {
    this.spec = spec;
    this.files = files;
    this.around = around;
    this.life = new Life(files, !spec.autoRemove(), state, this);
    this.ending = new Ending(this);
    this.pause = new Pause(this, around);
    this.restarter = new Restarter(this, around);
    this.removal = new ContainerRemoval(this, around);
    this.filesMachine = new FilesMachine(this, around, around.filesKept());
    this.size = spec.consoleSize();
  }

  ContainerSpec spec() {
    return spec;
  }

  ContainerDirectory files() {
    return files;
  }

  /** Its networks and ports, as they are shown. */
  SettingsJson networks() {
    return new SettingsJson(around.networks(), spec.id().hex(), spec.networks());
  }

  Trace trace() {
    return trace;
  }

  ContainerState state() {
    return life.state();
  }

  /** The run that is on, or else the next one. */
  Run run() {
    return life.run();
  }

  /** Starts it and returns when its process runs. */
  void start() throws InterruptedException {
    new Start(this, around).byHand();
  }

  /** Sends a signal to its first process; with KILL it is certain to be dead afterwards. */
  void kill(Signal signal) throws InterruptedException {
    ending.kill(signal);
  }

  /** Asks its process to end and kills it after the grace. */
  void stop(Signal signal, Duration grace) throws InterruptedException {
    ending.stop(signal, grace);
  }

  /** Stops it where it runs, and starts it; one that goes with its end stays this time. */
  void restart(Signal signal, Duration grace) throws InterruptedException {
    restartedByHand = true;
    try {
      ending.stop(signal, grace);
    } catch (EngineException.NotModified e) {
      // It did not run.
    } finally {
      life.lastTearDown().join();
      restartedByHand = false;
    }
    start();
    emit("restart", Map.of());
  }

  void pause() {
    pause.begin();
  }

  void unpause() {
    pause.end();
  }

  /** Takes it away with all that belongs to it; a running one only by force. */
  void remove(boolean force) throws InterruptedException {
    removal.check(force);
    ending.force();
    removal.now();
  }

  void resize(TerminalSize wanted) {
    size = wanted;
    var mine = life.run();
    if (mine.begun().isDone() && life.state() instanceof Running) {
      mine.guest().ifPresent(guest -> guest.resize(wanted));
      emit(
          "resize",
          Map.of(
              "height", String.valueOf(wanted.rows()), "width", String.valueOf(wanted.columns())));
    }
  }

  /** The exit code for Docker's wait conditions; armed when this returns. */
  CompletableFuture<Integer> exit(WaitCondition condition) {
    synchronized (life) {
      return switch (condition) {
        case REMOVED -> removal.done();
        case NEXT_EXIT -> life.run().exit();
        case NOT_RUNNING ->
            switch (life.state()) {
              case Starting _, Running _, Restarting _ -> life.run().exit();
              case Created _, NotStarted _, Exited _, Removing _ ->
                  CompletableFuture.completedFuture(ContainerState.exitCode(life.state()));
            };
      };
    }
  }

  /** After a crash of the engine: takes its machine over, or finds out that it has ended. */
  void recover() {
    new Recovery(this, around).run();
  }

  @Override
  public void began(Run begun, Guest guest) {
    var now = around.clock().instant();
    var uptime = around.clock().uptime();
    var began =
        life.change(
            begun,
            state ->
                state instanceof Starting starting
                    ? Optional.of(starting.running(now, uptime, guest.machine()))
                    : Optional.empty());
    if (!began) {
      return;
    }
    life.save(false);
    around.changed(this);
    emit("start", Map.of());
    if (life.state() instanceof Running running) {
      watch(begun, running);
    }
    var wanted = size;
    if (spec.tty() && !wanted.equals(TerminalSize.UNKNOWN)) {
      Thread.ofVirtual().start(() -> guest.resize(wanted));
    }
  }

  @Override
  public void outOfMemory(Run run) {
    if (run == life.run()) {
      emit("oom", Map.of());
    }
  }

  @Override
  public void ended(Run ended, Guest guest, Run.End end) {
    if (!(life.state() instanceof Running before)) {
      return;
    }
    var outcome = explained(before, end.outcome());
    var changed =
        life.end(
            ended,
            state ->
                state instanceof Running running
                    ? Optional.of(after(running, outcome))
                    : Optional.empty());
    if (!changed) {
      return;
    }
    if (!removesAtEnd()) {
      life.save(false);
      around.changed(this);
    }
    died(before.startedAt(), outcome);
    ended.finish(outcome.exitCode(), before.stopping() ? "" : outcome.lastWords());
    Thread.ofVirtual().name("teardown").start(() -> removal.tearDown(ended, guest, end));
    if (life.state() instanceof Restarting restarting) {
      restarter.later(restarting);
    }
  }

  /** What comes after a run: its policy decides, unless somebody or its budget did. */
  ContainerState after(Running running, Outcome outcome) {
    var now = around.clock().instant();
    var isWanted = !running.stopping() && outcome.cause() != Cause.TIMEOUT;
    return isWanted && spec.restartPolicy().restarts(outcome.exitCode(), running.restarts())
        ? running.restarting(now, outcome, age(running))
        : running.exited(now, outcome);
  }

  /** Tells of the end of a run. */
  void died(Instant startedAt, Outcome outcome) {
    var attributes = new HashMap<String, String>();
    attributes.put("exitCode", String.valueOf(outcome.exitCode()));
    var ran = Duration.between(startedAt, around.clock().instant()).toSeconds();
    attributes.put("execDuration", String.valueOf(Math.max(0, ran)));
    attributes.put("cause", outcome.cause().word());
    emit("die", attributes);
  }

  /** Looks after a run from here to its end: its health and its budget of time. */
  void watch(Run run, Running running) {
    HealthCheck.of(spec.config())
        .ifPresent(check -> new HealthMonitor(this, check, run, around.clock()).begin());
    spec.budget().ifPresent(budget -> Budget.watch(this, run, budget.minus(age(running))));
  }

  private Duration age(Running running) {
    return around.clock().uptime().minus(running.uptime());
  }

  /** Whoever killed it, this engine or one before: it was because of its budget. */
  private Outcome explained(Running running, Outcome outcome) {
    return spec.budget()
        .filter(budget -> outcome.exitCode() == Outcome.KILLED && !outcome.oomKilled())
        .filter(budget -> age(running).compareTo(budget) >= 0)
        .map(
            budget ->
                outcome.because(Cause.TIMEOUT, "its time of " + budget.toSeconds() + " s was up"))
        .orElse(outcome);
  }

  /** By its last checks; without meaning where it has none. */
  Health health() {
    return health;
  }

  void health(Health now) {
    health = now;
  }

  /** What is shown of it has changed. */
  void shown() {
    around.changed(this);
  }

  void emit(String action, Map<String, String> attributes) {
    around.emit(this, action, attributes);
  }

  /** Whether nothing of it is to stay after the end of its run. */
  boolean removesAtEnd() {
    return spec.autoRemove() && !restartedByHand;
  }

  /** Replaces what it is; written before anybody sees it. */
  void become(ContainerSpec changed) throws IOException {
    files.rewrite(changed);
    spec = changed;
    around.changed(this);
  }

  FilesMachine filesMachine() {
    return filesMachine;
  }

  ContainerExecs execs() {
    return execs;
  }

  Life life() {
    return life;
  }

  ContainerRemoval removal() {
    return removal;
  }

  Restarter restarting() {
    return restarter;
  }

  TerminalSize size() {
    return size;
  }

  /** Begins to measure a start. */
  Trace newTrace() {
    trace = new Trace();
    return trace;
  }

  EngineException notRunning(String verb) {
    return new EngineException.Conflict(
        "cannot "
            + verb
            + " container: "
            + spec.name()
            + ": container "
            + spec.id()
            + " is not running");
  }
}
