package dev.kctl.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The room that the host's disk has left. Below a mark nothing is started, and logs are not written
 * on: containers wait then, as on a full pipe, and nothing of them is lost.
 */
final class HostRoom {
  /** Enough for what is written when there is no more room: states, indexes, events. */
  static final long LOW_WATER = 96L << 20;

  private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

  private final Room room;
  private final long lowWater;
  private volatile long lookedNanos;
  private volatile boolean low;

  /** Tells how many bytes are left. */
  @FunctionalInterface
  interface Room {
    long bytes() throws IOException;
  }

  HostRoom(Room room, long lowWater) {
    this.room = room;
    this.lowWater = lowWater;
    this.lookedNanos = System.nanoTime() - LOOK_AGAIN.toNanos();
  }

  static HostRoom of(Path root, long lowWater) {
    return new HostRoom(() -> Files.getFileStore(root).getUsableSpace(), lowWater);
  }

  /** Refuses to begin something that would only fail half-way. */
  void check() {
    lookedNanos = System.nanoTime() - LOOK_AGAIN.toNanos();
    if (isLow()) {
      throw new EngineException.StartFailed(
          500,
          128,
          Cause.HOST_DISK_FULL,
          "failed to start container: no space left on device: the host's disk has less than "
              + (lowWater >> 20)
              + " MiB left: make room (kctl system prune) or lower the mark (--low-water)");
    }
  }

  /** As it was a moment ago: looking costs a system call. */
  boolean isLow() {
    var now = System.nanoTime();
    if (now - lookedNanos >= LOOK_AGAIN.toNanos()) {
      lookedNanos = now;
      try {
        low = room.bytes() < lowWater;
      } catch (IOException e) {
        low = false;
      }
    }
    return low;
  }

  /** Waits a moment for room. */
  void pause() throws InterruptedException {
    Thread.sleep(LOOK_AGAIN);
  }
}
