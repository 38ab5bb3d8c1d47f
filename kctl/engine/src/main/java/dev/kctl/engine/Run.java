package dev.kctl.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One run of a container, from before its start, when clients attach already, to its end. */
final class Run implements GuestEvents {
  /** Acknowledging each chunk would cost a message each; the agent keeps up to 1 MiB. */
  private static final int ACKNOWLEDGE_EVERY = 128 * 1024;

  private static final Duration SLOW_CLIENT = Duration.ofSeconds(10);

  private final int number;
  private final Owner owner;
  private final OutputHub hub = new OutputHub(SLOW_CLIENT);
  private final CompletableFuture<Guest> begun = new CompletableFuture<>();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private final CompletableFuture<Void> tornDown = new CompletableFuture<>();
  private volatile @Nullable Guest guest;
  private volatile boolean adopted;
  private @Nullable ContainerLog log;
  private Guest.@Nullable Input input;
  private int unacknowledged;
  private volatile String lastWords = "";

  /** Whose run this is; told of its beginning and its end, each at most once, in this order. */
  interface Owner {
    void began(Run run, Guest guest);

    void ended(Run run, Guest guest, End end);

    /** The guest's kernel has killed one of its processes for want of memory. */
    void outOfMemory(Run run);
  }

  /**
   * How it ended.
   *
   * @param sequence of the guest's last event; 0 where the guest could not tell
   */
  record End(long sequence, Outcome outcome) {}

  Run(int number, Owner owner) {
    this.number = number;
    this.owner = owner;
  }

  int number() {
    return number;
  }

  OutputHub hub() {
    return hub;
  }

  /** The guest once the container's process runs; fails where it could not be started. */
  CompletableFuture<Guest> begun() {
    return begun;
  }

  /** The exit code, once it is known. */
  CompletableFuture<Integer> exit() {
    return exit;
  }

  /** Why it ended, once it has, where its process had no part in it. */
  String lastWords() {
    return lastWords;
  }

  /** Completes when nothing of the machine is left. */
  CompletableFuture<Void> tornDown() {
    return tornDown;
  }

  /** The machine, where one was started. */
  Optional<Guest> guest() {
    return Optional.ofNullable(guest);
  }

  /** Its machine was started by an engine that is no more. */
  void adopted() {
    adopted = true;
  }

  boolean isAdopted() {
    return adopted;
  }

  /** Begins to follow a machine whose agent has called. */
  void follow(Guest machine, ContainerLog machineLog, long after) {
    guest = machine;
    log = machineLog;
    hub.resume(after);
    machine.follow(after, this);
  }

  /** The container's standard input, the same for everybody who is attached. */
  synchronized Guest.Input input(Guest machine) {
    var opened = input;
    if (opened == null) {
      opened = machine.openInput();
      input = opened;
    }
    return opened;
  }

  /** Nothing more will come: ends what waits for output or for the end. */
  void finish(int exitCode) {
    hub.finish();
    exit.complete(exitCode);
    begun.completeExceptionally(new EngineException.Conflict("the container has ended"));
    var open = log;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        System.err.println("engine: closing a log: " + e.getMessage());
      }
    }
  }

  /** The same, telling whoever stays with it why. */
  void finish(int exitCode, String words) {
    lastWords = words;
    finish(exitCode);
  }

  @Override
  public void started(long sequence) {
    var machine = machine();
    owner.began(this, machine);
    begun.complete(machine);
  }

  @Override
  public void output(OutputChunk chunk) throws InterruptedException {
    var open = log;
    if (open != null) {
      try {
        open.append(number, chunk);
      } catch (IOException e) {
        // The container goes on without its log, as with Docker: its clients still get the output.
        System.err.println("engine: writing a log: " + e.getMessage());
      }
    }
    unacknowledged += chunk.data().length;
    if (unacknowledged >= ACKNOWLEDGE_EVERY) {
      unacknowledged = 0;
      machine().acknowledge(chunk.sequence());
    }
    hub.publish(chunk);
  }

  @Override
  public void exited(long sequence, GuestExit end) {
    switch (end) {
      case GuestExit.Code(var code, var want) -> ended(sequence, Outcome.ended(code, want));
      case GuestExit.Killed(var signal, var want) ->
          ended(sequence, Outcome.ended(128 + signal, want));
      case GuestExit.NotStarted failure -> begun.completeExceptionally(StartFailures.of(failure));
    }
  }

  @Override
  public void outOfMemory(long sequence) {
    owner.outOfMemory(this);
  }

  @Override
  public void lost(Outcome outcome) {
    if (!begun.completeExceptionally(StartFailures.lost(outcome.error()))) {
      ended(0, outcome);
    }
  }

  private void ended(long sequence, Outcome outcome) {
    owner.ended(this, machine(), new End(sequence, outcome));
  }

  private Guest machine() {
    var machine = guest;
    if (machine == null) {
      throw new IllegalStateException("events before the machine");
    }
    return machine;
  }
}
