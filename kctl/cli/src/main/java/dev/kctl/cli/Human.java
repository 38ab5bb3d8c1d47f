package dev.kctl.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Durations and sizes as people say them, in Docker's words. */
final class Human {
  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};
  private static final String[] BINARY_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

  private Human() {}

  /** For example "3 minutes" or "About an hour". */
  static String duration(long seconds) {
    if (seconds < 1) {
      return "Less than a second";
    }
    if (seconds < MINUTE) {
      return seconds == 1 ? "1 second" : seconds + " seconds";
    }
    if (seconds < 2 * MINUTE) {
      return "About a minute";
    }
    if (seconds < HOUR) {
      return seconds / MINUTE + " minutes";
    }
    var hours = (seconds + HOUR / 2) / HOUR;
    if (hours == 1) {
      return "About an hour";
    }
    if (hours < 48) {
      return hours + " hours";
    }
    return days(seconds / DAY);
  }

  private static String days(long days) {
    if (days < 14) {
      return days + " days";
    }
    if (days < 60) {
      return days / 7 + " weeks";
    }
    return days < 730 ? days / 30 + " months" : days / 365 + " years";
  }

  static String ago(long epochSecond, long now) {
    return duration(Math.max(0, now - epochSecond)) + " ago";
  }

  /** Three significant digits in powers of 1000: 0B, 999B, 1.23kB, 12.3MB. */
  static String size(long bytes) {
    var unit = 0;
    var value = (double) bytes;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    var decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return decimal(value, decimals) + UNITS[unit];
  }

  /** Four significant digits in powers of 1000: 1.235MB. */
  static String exactSize(long bytes) {
    return significant(bytes, 1000, UNITS);
  }

  /** Four significant digits in powers of 1024: 1.5MiB. */
  static String binarySize(long bytes) {
    return significant(bytes, 1024, BINARY_UNITS);
  }

  private static String significant(long bytes, int base, String[] units) {
    var unit = 0;
    var value = (double) bytes;
    while (Math.abs(value) >= base && unit < units.length - 1) {
      value /= base;
      unit++;
    }
    var rounded = new BigDecimal(value).round(new MathContext(4, RoundingMode.HALF_EVEN));
    return rounded.stripTrailingZeros().toPlainString() + units[unit];
  }

  /** For example 12.3s or 850ms. */
  static String millis(long millis) {
    return millis < 1000 ? millis + "ms" : decimal(millis / 1000.0, millis < 10_000 ? 2 : 1) + "s";
  }

  /**
   * The value with so many digits after the point; not {@code String.format}, which is slow cold.
   */
  static String decimal(double value, int decimals) {
    if (decimals == 0) {
      return Long.toString(Math.round(value));
    }
    var scale = decimals == 1 ? 10 : 100;
    var scaled = Math.round(value * scale);
    var fraction = Long.toString(scaled % scale);
    return scaled / scale + "." + "0".repeat(decimals - fraction.length()) + fraction;
  }
}
