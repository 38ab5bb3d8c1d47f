package dev.kctl.engine.network;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Looks every few seconds whether the host still is as it is to be, and mends it. */
final class Reconciler implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final HostSide host;
  private final BooleanSupplier needed;
  private List<String> last = List.of();
  private volatile @Nullable Thread thread;

  /**
   * For a host.
   *
   * @param needed whether a container is connected: an idle engine does nothing
   */
  Reconciler(HostSide host, BooleanSupplier needed) {
    this.host = host;
    this.needed = needed;
  }

  void begin() {
    thread = Thread.ofVirtual().name("networks").start(this::run);
  }

  static void tell(@Nullable String what) {
    System.err.println("engine: networks: " + what);
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(PAUSE);
        if (needed.getAsBoolean()) {
          look();
        }
      }
    } catch (InterruptedException e) {
      // The engine leaves.
    }
  }

  /** What cannot be mended is told once. */
  private void look() {
    List<String> wrong;
    try {
      wrong = host.reconcile();
    } catch (RuntimeException e) {
      wrong = List.of(String.valueOf(e.getMessage()));
    }
    var before = last;
    wrong.stream().filter(line -> !before.contains(line)).forEach(Reconciler::tell);
    last = wrong;
  }

  @Override
  public void close() {
    var running = thread;
    if (running != null) {
      running.interrupt();
    }
  }
}
