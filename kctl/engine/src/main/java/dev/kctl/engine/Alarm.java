package dev.kctl.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Something to be done later, by a clock that does not jump; it may be called off. */
final class Alarm {
  private final CompletableFuture<Boolean> rings = new CompletableFuture<>();

  private Alarm() {}

  /** Does it after this time, on a thread of its own. */
  static Alarm after(Duration delay, Runnable action) {
    var alarm = new Alarm();
    var _ =
        alarm.rings.thenAccept(
            rung -> {
              if (rung) {
                Thread.ofVirtual().name("alarm").start(action);
              }
            });
    var _ =
        alarm.rings.completeOnTimeout(true, Math.max(0, delay.toMillis()), TimeUnit.MILLISECONDS);
    return alarm;
  }

  /** One that was called off. */
  static Alarm none() {
    var alarm = new Alarm();
    alarm.cancel();
    return alarm;
  }

  /** Does nothing where it is done, or about to be. */
  void cancel() {
    rings.complete(false);
  }
}
