package dev.kctl.cli;

import java.util.concurrent.TimeUnit;

/** Finds the next engine after one that went away: the keeper starts it, or else we do. */
final class Reconnection {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long PAUSE_MILLIS = 20;

  private Reconnection() {}

  /** What to ask of it. */
  interface Question<T> {
    T ask(Engine engine);
  }

  /**
   * Asks engine after engine until one answers; what it refuses is final.
   *
   * @param why what to say when none comes
   */
  static <T> T ask(Session session, CliException why, Question<T> question) {
    var end = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try (var engine = session.nextEngine().get()) {
        return question.ask(engine);
      } catch (EngineFailure | EngineVanished e) {
        if (System.nanoTime() > end) {
          why.addSuppressed(e);
          throw why;
        }
        pause(why);
      }
    }
  }

  private static void pause(CliException why) {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw why;
    }
  }
}
