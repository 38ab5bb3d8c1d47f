package dev.kctl.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Counts who needs the engine: connected clients, live containers, work in the background. */
final class Activity {
  private final InstantSource clock;
  private int users;
  private Instant idleSince;

  Activity(InstantSource clock) {
    this.clock = clock;
    this.idleSince = clock.instant();
  }

  /** One user of the engine; closing it more than once does no harm. */
  interface Use extends AutoCloseable {
    @Override
    void close();
  }

  synchronized Use begin() {
    users++;
    return new Use() {
      private boolean ended;

      @Override
      public void close() {
        synchronized (Activity.this) {
          if (!ended) {
            ended = true;
            users--;
            idleSince = clock.instant();
            Activity.this.notifyAll();
          }
        }
      }
    };
  }

  synchronized int users() {
    return users;
  }

  /** Returns once nobody has needed the engine for as long as this. */
  synchronized void awaitIdle(Duration linger) throws InterruptedException {
    while (true) {
      var idle = Duration.between(idleSince, clock.instant());
      if (users == 0 && idle.compareTo(linger) >= 0) {
        return;
      }
      var millis = users > 0 ? 0 : Math.max(1, linger.minus(idle).toMillis());
      wait(millis);
    }
  }
}
