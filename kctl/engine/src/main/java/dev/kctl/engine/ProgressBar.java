package dev.kctl.engine;

import java.util.Locale;

/** The text that older clients print for a progress. */
final class ProgressBar {
  private static final int WIDTH = 50;
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

  private ProgressBar() {}

  static String of(long current, long total) {
    if (total <= 0) {
      return size(current);
    }
    var filled = (int) Math.min(WIDTH, current * WIDTH / total);
    return "["
        + "=".repeat(filled)
        + ">"
        + " ".repeat(WIDTH - filled)
        + "]  "
        + size(current)
        + "/"
        + size(total);
  }

  private static String size(long bytes) {
    var value = (double) bytes;
    var unit = 0;
    while (value >= 1000 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f%s" : "%.4g%s", value, UNITS[unit]);
  }
}
