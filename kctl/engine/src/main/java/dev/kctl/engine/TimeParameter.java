package dev.kctl.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A moment as clients write it in a request. */
final class TimeParameter {
  private static final int NANO_DIGITS = 9;

  private TimeParameter() {}

  /** Unix seconds with an optional fraction, or RFC 3339; 0 and nothing mean no bound. */
  static Optional<Instant> parse(Optional<String> text) {
    if (text.isEmpty() || text.get().isEmpty() || text.get().equals("0")) {
      return Optional.empty();
    }
    try {
      return Optional.of(text.get().contains("T") ? Instant.parse(text.get()) : unix(text.get()));
    } catch (RuntimeException e) {
      throw new EngineException.InvalidParameter("invalid time: " + text.get(), e);
    }
  }

  /** A moment, or a duration before now: `until=24h`. */
  static Optional<Instant> parse(Optional<String> text, Instant now) {
    if (text.orElse("").matches(".*[smh]")) {
      return Optional.of(now.minus(GoDuration.parse(text.orElseThrow())));
    }
    return parse(text);
  }

  private static Instant unix(String text) {
    var point = text.indexOf('.');
    if (point < 0) {
      return Instant.ofEpochSecond(Long.parseLong(text));
    }
    var fraction = (text.substring(point + 1) + "0".repeat(NANO_DIGITS)).substring(0, NANO_DIGITS);
    return Instant.ofEpochSecond(Long.parseLong(text.substring(0, point)))
        .plus(Duration.ofNanos(Long.parseLong(fraction)));
  }
}
