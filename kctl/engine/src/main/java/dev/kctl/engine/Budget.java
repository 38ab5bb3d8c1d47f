package dev.kctl.engine;

import java.time.Duration;
import java.util.Optional;

/** The time that a container's run may take, `dev.kctl.timeout`: then it is killed. */
final class Budget {
  static final String ANNOTATION = "dev.kctl.timeout";

  /** In which the host's uptime is counted: by then it has passed for whoever reads that. */
  private static final Duration TICK = Duration.ofMillis(20);

  private Budget() {}

  /** Reads `90s`, `1h30m` or a number of seconds. */
  static Optional<Duration> parse(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    var budget = GoDuration.parse(text.chars().allMatch(Character::isDigit) ? text + "s" : text);
    if (budget.isZero()) {
      throw new EngineException.InvalidParameter(
          "invalid " + ANNOTATION + ": it is no time at all");
    }
    return Optional.of(budget);
  }

  /** Ends the run when the time that is left is over, unless it ended before. */
  static void watch(Container container, Run run, Duration left) {
    var delay = left.isNegative() ? Duration.ZERO : left.plus(TICK);
    var alarm = Alarm.after(delay, () -> end(container, run));
    var _ = run.exit().thenRun(alarm::cancel);
  }

  private static void end(Container container, Run run) {
    try {
      if (container.run() == run) {
        container.kill(Signal.KILL);
      }
    } catch (EngineException e) {
      // It has just ended.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
