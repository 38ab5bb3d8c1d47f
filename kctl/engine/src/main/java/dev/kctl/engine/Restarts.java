package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/**
 * How often the restart policy has started a container since somebody did.
 *
 * @param pause before the last of these restarts
 */
record Restarts(int count, Duration pause) {
  static final Restarts NONE = new Restarts(0, Duration.ZERO);

  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** What has run so long is taken for good: the next pause is the first again. */
  private static final Duration PROVEN = Duration.ofSeconds(10);

  /** One more, after a run of this length. */
  Restarts next(Duration ran) {
    if (pause.isZero() || ran.compareTo(PROVEN) >= 0) {
      return new Restarts(count + 1, FIRST);
    }
    var doubled = pause.multipliedBy(2);
    return new Restarts(count + 1, doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled);
  }

  void writeTo(ObjectNode json) {
    json.put("restarts", count).put("pauseMillis", pause.toMillis());
  }

  static Restarts from(ObjectNode json) {
    return new Restarts(
        json.path("restarts").asInt(), Duration.ofMillis(json.path("pauseMillis").asLong()));
  }
}
