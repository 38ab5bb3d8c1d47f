package dev.kctl.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Durations as Go writes them: 300ms, 1.5h, 2h45m. */
final class GoDuration {
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "μs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private GoDuration() {}

  /** The duration, or null where it is none. */
  static @Nullable Duration parse(String text) {
    var sign = text.startsWith("-") ? -1 : 1;
    var rest = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return Duration.ZERO;
    }
    if (rest.isEmpty()) {
      return null;
    }
    var total = BigDecimal.ZERO;
    var at = 0;
    while (at < rest.length()) {
      var number = end(rest, at, true);
      var unit = end(rest, number, false);
      var nanos = NANOS.get(rest.substring(number, unit));
      var value = number(rest.substring(at, number));
      if (nanos == null || value == null) {
        return null;
      }
      total = total.add(value.multiply(BigDecimal.valueOf(nanos)));
      at = unit;
    }
    var nanos = total.toBigInteger();
    return nanos.bitLength() > 62 ? null : Duration.ofNanos(sign * nanos.longValue());
  }

  /** The value of a flag. */
  static long nanos(String flag, String text) {
    var duration = parse(text);
    if (duration == null) {
      throw new UsageError(
          "invalid value "
              + text
              + " for "
              + flag
              + ": not a duration such as 500ms, 30s or 1m30s");
    }
    return duration.toNanos();
  }

  private static int end(String text, int start, boolean digits) {
    var end = start;
    while (end < text.length() && isDigit(text.charAt(end)) == digits) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(char c) {
    return (c >= '0' && c <= '9') || c == '.';
  }

  private static @Nullable BigDecimal number(String digits) {
    try {
      return new BigDecimal(digits);
    } catch (NumberFormatException _) {
      return null;
    }
  }
}
