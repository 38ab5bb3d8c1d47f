package dev.kctl.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** Points in time as Docker's users give them: ago (10m), a date, a date and time, Unix seconds. */
final class TimeFlag {
  private TimeFlag() {}

  /** In the API's words: Unix seconds with their fraction; empty stays empty. */
  static String seconds(String text, Instant now, ZoneId zone) {
    if (text.isEmpty()) {
      return "";
    }
    var ago = GoDuration.parse(text);
    if (ago != null && !isNumber(text)) {
      return text(now.minus(ago));
    }
    if (isNumber(text)) {
      return text;
    }
    var time = parse(text, zone);
    if (time == null) {
      throw new TimeNotUnderstood("failed to parse value as time or duration: \"" + text + "\"");
    }
    return text(time);
  }

  private static String text(Instant time) {
    var nanos = Integer.toString(time.getNano());
    return time.getEpochSecond() + "." + "0".repeat(9 - nanos.length()) + nanos;
  }

  private static boolean isNumber(String text) {
    var dots = 0;
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == '.') {
        dots++;
      } else if (c < '0' || c > '9') {
        return false;
      }
    }
    return dots <= 1 && text.length() > dots;
  }

  private static @Nullable Instant parse(String text, ZoneId zone) {
    try {
      if (text.indexOf('T') < 0) {
        return LocalDate.parse(text).atStartOfDay(zone).toInstant();
      }
      var time = text.substring(text.indexOf('T'));
      var zoned = time.indexOf('Z') >= 0 || time.indexOf('+') >= 0 || time.indexOf('-') >= 0;
      return zoned
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text.length() == 13 ? text + ":00" : text).atZone(zone).toInstant();
    } catch (DateTimeException _) {
      return null;
    }
  }
}
