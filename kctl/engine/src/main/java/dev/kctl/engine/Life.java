package dev.kctl.engine;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Where one container is: its state and its run, which change together, and the file that says so.
 */
final class Life {
  private final ContainerDirectory files;
  private final boolean kept;
  private final Run.Owner owner;
  private final Object writing = new Object();
  private ContainerState state;
  private Run run;
  private CompletableFuture<Void> lastTearDown = CompletableFuture.completedFuture(null);

  /** What follows from a state; empty where nothing does. May refuse by an exception. */
  @FunctionalInterface
  interface Change {
    Optional<ContainerState> after(ContainerState now);
  }

  /**
   * A run that is to be started.
   *
   * @param before ends when nothing is left of the machine of the run before
   */
  record Attempt(Run run, CompletableFuture<Void> before) {}

  /**
   * The life of a container that was made or found.
   *
   * @param kept whether its files must survive a power cut
   */
  Life(ContainerDirectory files, boolean kept, ContainerState state, Run.Owner owner) {
    this.files = files;
    this.kept = kept;
    this.owner = owner;
    this.state = state;
    this.run = new Run(ContainerState.runsSoFar(state) + 1, owner);
  }

  synchronized ContainerState state() {
    return state;
  }

  /** The run that is on, or else the next one. */
  synchronized Run run() {
    return run;
  }

  /** Completes when nothing is left of the machine that was started last. */
  synchronized CompletableFuture<Void> lastTearDown() {
    return lastTearDown;
  }

  /** Changes the state, as long as this run is on; false where nothing followed from it. */
  synchronized boolean change(Run during, Change change) {
    if (during != run) {
      return false;
    }
    var next = change.after(state);
    next.ifPresent(changed -> state = changed);
    return next.isPresent();
  }

  /** Changes the state at the end of a run, with which the next one becomes the current. */
  synchronized boolean end(Run ended, Change change) {
    if (!change(ended, change)) {
      return false;
    }
    run = new Run(ended.number() + 1, owner);
    return true;
  }

  /** Begins to start the run that is the next one. */
  synchronized Attempt begin(Change change) {
    change(run, change);
    var before = lastTearDown;
    lastTearDown = run.tornDown();
    return new Attempt(run, before);
  }

  /** Takes up a run of an earlier engine's. */
  synchronized Run resume(int number) {
    run = new Run(number, owner);
    lastTearDown = run.tornDown();
    return run;
  }

  /** After a crash: the state that is true now. */
  void settle(ContainerState settled) {
    synchronized (this) {
      state = settled;
      run = new Run(ContainerState.runsSoFar(settled) + 1, owner);
    }
    save(true);
  }

  /** Writes the state as it is now. A container that goes with its end need not be durable. */
  void save(boolean durable) {
    synchronized (writing) {
      try {
        files.write(state(), durable && kept);
      } catch (IOException e) {
        System.err.println("engine: writing " + files.state() + ": " + e);
      }
    }
  }
}
