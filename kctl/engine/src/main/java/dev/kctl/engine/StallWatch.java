package dev.kctl.engine;

import dev.kctl.vmm.Stall;
import dev.kctl.vmm.Stalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets a machine go on that waits for the host's disk, once there is room again. */
final class StallWatch implements AutoCloseable {
  /** Less than this would be full again at once. */
  private static final long ROOM = 32L * 1024 * 1024;

  private static final Duration LOOK = Duration.ofMillis(500);

  /** Another error than a full disk is tried again now and then: only time can tell. */
  private static final Duration RETRY = Duration.ofSeconds(10);

  private final Stalls machine;
  private final Path disk;
  private final Told told;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Who is told that the machine waits, and that it goes on. */
  interface Told {
    void stalled(String cause);

    void resumed();
  }

  private StallWatch(Stalls machine, Path disk, Told told) {
    this.machine = machine;
    this.disk = disk;
    this.told = told;
  }

  /**
   * Begins to watch.
   *
   * @param disk what it writes to, for the room on its file system
   */
  static StallWatch begin(Stalls machine, Path disk, Told told) {
    var watch = new StallWatch(machine, disk, told);
    machine.onStall(stall -> Thread.ofVirtual().start(() -> watch.follow(stall)));
    return watch;
  }

  static String describe(Stall stall) {
    return switch (stall) {
      case Stall.DiskFull _ -> "paused: the host's disk is full";
      case Stall.WriteFailed(var _, var reason) ->
          "paused: the host cannot write its disk: " + StartFailures.printable(reason);
    };
  }

  @Override
  public void close() {
    closed.countDown();
  }

  private void follow(Stall stall) {
    told.stalled(describe(stall));
    try {
      while (machine.stalled().isPresent()) {
        if (closed.await(pause(stall).toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        if (worthTrying(stall)) {
          machine.resume();
          // It answers with a stall of its own where it was too early.
          told.resumed();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Duration pause(Stall stall) {
    return switch (stall) {
      case Stall.DiskFull _ -> LOOK;
      case Stall.WriteFailed _ -> RETRY;
    };
  }

  private boolean worthTrying(Stall stall) {
    return switch (stall) {
      case Stall.DiskFull _ -> hasRoom();
      case Stall.WriteFailed _ -> true;
    };
  }

  private boolean hasRoom() {
    try {
      return Files.getFileStore(disk).getUsableSpace() >= ROOM;
    } catch (IOException e) {
      return false;
    }
  }
}
