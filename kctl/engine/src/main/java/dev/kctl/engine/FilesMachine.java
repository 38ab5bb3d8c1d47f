package dev.kctl.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The machine that serves the files of a container that does not run: started for the first
 * request, shared by those that come while it is there, and switched off some seconds after the
 * last. A run of the container waits for it to be gone: the disk belongs to one machine at a time.
 */
final class FilesMachine {
  /** How long it may serve requests that are under way when a run wants the disk. */
  private static final Duration LAST_REQUESTS = Duration.ofSeconds(10);

  private static final Duration LONGEST_POWER_OFF = Duration.ofSeconds(10);

  private final Container container;
  private final Container.Surroundings around;
  private final Duration kept;
  private @Nullable Running running;
  private boolean busy;
  private int users;
  private long requests;

  /** A machine, and the engine's reason to stay. */
  private record Running(Guest guest, Activity.Use use) {}

  /** Access to the files until it is closed. */
  interface Lease extends AutoCloseable {
    GuestFiles files();

    @Override
    void close();
  }

  /**
   * The machine of one container.
   *
   * @param kept how long it is kept after the last request
   */
  FilesMachine(Container container, Container.Surroundings around, Duration kept) {
    this.container = container;
    this.around = around;
    this.kept = kept;
  }

  /** Gives access by the container's own guest where it runs, by this machine otherwise. */
  Lease open() throws InterruptedException {
    while (true) {
      var lease =
          switch (container.state()) {
            case ContainerState.Running _ -> ofRun();
            case ContainerState.Starting _ -> {
              container.run().begun().handle((_, _) -> true).join();
              yield Optional.<Lease>empty();
            }
            case ContainerState.Created _,
                ContainerState.NotStarted _,
                ContainerState.Restarting _,
                ContainerState.Exited _ ->
                borrow();
            case ContainerState.Removing _ ->
                throw new EngineException.NoSuchContainer(container.spec().id().hex());
          };
      if (lease.isPresent()) {
        return lease.get();
      }
    }
  }

  /**
   * Ends it, and returns when nothing of it is left. To be called once the container's state keeps
   * new requests away.
   */
  void end() throws InterruptedException {
    var deadline = System.nanoTime() + LAST_REQUESTS.toNanos();
    Running ending;
    synchronized (this) {
      while (busy) {
        wait();
      }
      while (running != null && users > 0 && deadline - System.nanoTime() > 0) {
        wait(LAST_REQUESTS.toMillis());
      }
      ending = take();
    }
    end(ending);
  }

  private Optional<Lease> ofRun() {
    return container.run().guest().map(guest -> lease(guest.files(), () -> {}));
  }

  private Optional<Lease> borrow() throws InterruptedException {
    CompletableFuture<Void> before;
    synchronized (this) {
      while (busy) {
        wait();
      }
      synchronized (container.life()) {
        if (!stands()) {
          return Optional.empty();
        }
        before = container.life().lastTearDown();
      }
      users++;
      requests++;
      var there = running;
      if (there != null && there.guest.isAlive()) {
        return Optional.of(lease(there.guest.files(), this::release));
      }
      busy = true;
    }
    return Optional.of(launched(before));
  }

  /** Whether no run has, or is about to have, the disk. */
  private boolean stands() {
    return switch (container.state()) {
      case ContainerState.Created _,
          ContainerState.NotStarted _,
          ContainerState.Restarting _,
          ContainerState.Exited _ ->
          true;
      case ContainerState.Starting _, ContainerState.Running _, ContainerState.Removing _ -> false;
    };
  }

  private Lease launched(CompletableFuture<Void> before) {
    Running fresh = null;
    try {
      discard();
      before.join();
      var use = around.activity().begin();
      try {
        var guest = around.launcher().launchFiles(container.spec(), container.files());
        fresh = new Running(guest, use);
        return lease(guest.files(), this::release);
      } finally {
        if (fresh == null) {
          use.close();
        }
      }
    } finally {
      synchronized (this) {
        running = fresh;
        busy = false;
        if (fresh == null) {
          users--;
        }
        notifyAll();
      }
    }
  }

  /** What is left of a machine that ended by itself. */
  private void discard() {
    Running dead;
    synchronized (this) {
      dead = running;
      running = null;
    }
    if (dead != null) {
      dead.guest.close();
      dead.use.close();
    }
  }

  private synchronized void release() {
    users--;
    notifyAll();
    if (users == 0 && running != null) {
      var last = requests;
      Thread.ofVirtual().name("files-idle").start(() -> endWhenIdle(last));
    }
  }

  private void endWhenIdle(long last) {
    var deadline = System.nanoTime() + kept.toNanos();
    Running idle = null;
    try {
      synchronized (this) {
        for (var left = kept.toNanos();
            requests == last && left > 0;
            left = deadline - System.nanoTime()) {
          wait(Math.max(1, left / 1_000_000));
        }
        if (requests == last && users == 0 && !busy) {
          idle = take();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end(idle);
  }

  /** Takes it to end it; the monitor is held. */
  private @Nullable Running take() {
    var taken = running;
    running = null;
    busy = taken != null;
    return taken;
  }

  private void end(@Nullable Running ending) {
    if (ending == null) {
      return;
    }
    try {
      ending.guest.powerOff();
      ending.guest.awaitPowerOff(LONGEST_POWER_OFF);
    } catch (EngineException e) {
      // It is killed then; a journal guards the file system.
      System.err.println("engine: files of " + container.spec().id() + ": " + e.getMessage());
    } finally {
      ending.guest.close();
      ending.use.close();
      synchronized (this) {
        busy = false;
        notifyAll();
      }
    }
  }

  private static Lease lease(GuestFiles files, Runnable release) {
    return new Lease() {
      private boolean closed;

      @Override
      public GuestFiles files() {
        return files;
      }

      @Override
      public synchronized void close() {
        if (!closed) {
          closed = true;
          release.run();
        }
      }
    };
  }
}
