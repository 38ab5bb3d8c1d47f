package dev.kctl.engine;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** A length of time as Docker's users write it: `1h30m`, `90s`, `1.5s`, `300ms`. */
final class GoDuration {
  private static final Pattern WHOLE = Pattern.compile("(\\d+(\\.\\d+)?(ns|us|µs|ms|s|m|h))+");
  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|µs|ms|s|m|h)");
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private GoDuration() {}

  static Duration parse(String text) {
    if (!WHOLE.matcher(text).matches() || text.length() > 64) {
      throw new EngineException.InvalidParameter(
          "invalid duration: \"" + text + "\": write it like 1h30m or 90s");
    }
    var total = Duration.ZERO;
    var parts = PART.matcher(text);
    try {
      while (parts.find()) {
        var unit = BigDecimal.valueOf(NANOS.getOrDefault(parts.group(2), 0L));
        var nanos = new BigDecimal(parts.group(1)).multiply(unit).toBigInteger();
        total = total.plusNanos(nanos.longValueExact());
      }
    } catch (ArithmeticException e) {
      throw new EngineException.InvalidParameter("invalid duration: \"" + text + "\"", e);
    }
    return total;
  }
}
