package dev.kctl.engine;

import dev.kctl.engine.ContainerState.Created;
import dev.kctl.engine.ContainerState.Exited;
import dev.kctl.engine.ContainerState.NotStarted;
import dev.kctl.engine.ContainerState.Removing;
import dev.kctl.engine.ContainerState.Running;
import dev.kctl.engine.ContainerState.Starting;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One container, and what may be done to it. A state is on disk before it is told to anybody; the
 * end of a container that is removed at its end is not written any more.
 */
final class Container implements Run.Owner {
  private final ContainerSpec spec;
  private final ContainerDirectory files;
  private final Surroundings around;
  private final Life life;
  private final Ending ending;
  private final ContainerRemoval removal;
  private final FilesMachine filesMachine;
  private final ContainerExecs execs = new ContainerExecs();
  private volatile TerminalSize size;
  private volatile Trace trace = new Trace();

  /** What containers need of the engine. */
  interface Surroundings {
    GuestLauncher launcher();

    Activity activity();

    /** How long a machine that was started for files is kept after the last request. */
    Duration filesKept();

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
    this.around = around;
    this.life = new Life(files, !spec.autoRemove(), state, this);
    this.ending = new Ending(this);
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
    new Start(this, around).run();
  }

  /** Sends a signal to its first process; with KILL it is certain to be dead afterwards. */
  void kill(Signal signal) throws InterruptedException {
    ending.kill(signal);
  }

  /** Asks its process to end and kills it after the grace. */
  void stop(Signal signal, Duration grace) throws InterruptedException {
    ending.stop(signal, grace);
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
              case Starting _, Running _ -> life.run().exit();
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
    var began =
        life.change(
            begun,
            state ->
                state instanceof Starting starting
                    ? Optional.of(starting.running(now, guest.machine()))
                    : Optional.empty());
    if (!began) {
      return;
    }
    life.save(false);
    around.changed(this);
    var wanted = size;
    if (spec.tty() && !wanted.equals(TerminalSize.UNKNOWN)) {
      Thread.ofVirtual().start(() -> guest.resize(wanted));
    }
  }

  @Override
  public void ended(Run ended, Guest guest, Run.End end) {
    var now = around.clock().instant();
    var changed =
        life.end(
            ended,
            state ->
                state instanceof Running running
                    ? Optional.of(running.exited(now, end.exitCode(), end.oomKilled(), end.error()))
                    : Optional.empty());
    if (!changed) {
      return;
    }
    if (!spec.autoRemove()) {
      life.save(false);
      around.changed(this);
    }
    ended.finish(end.exitCode());
    Thread.ofVirtual().name("teardown").start(() -> removal.tearDown(ended, guest, end));
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
