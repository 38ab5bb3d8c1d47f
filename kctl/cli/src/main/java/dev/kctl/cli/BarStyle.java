package dev.kctl.cli;

import java.util.Locale;
import java.util.Map;

/**
 * How bars look: colours unless NO_COLOR is set or the terminal is dumb, line drawing where the
 * locale knows UTF-8.
 */
record BarStyle(boolean colours, boolean unicode) {
  private static final String GREEN = "\u001b[32m";
  private static final String CYAN = "\u001b[36m";
  private static final String FAINT = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  static BarStyle of(Map<String, String> environment) {
    var colours =
        environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    var locale = "";
    for (var variable : new String[] {"LANG", "LC_CTYPE", "LC_ALL"}) {
      var value = environment.getOrDefault(variable, "");
      locale = value.isEmpty() ? locale : value.toLowerCase(Locale.ROOT);
    }
    return new BarStyle(colours, locale.contains("utf-8") || locale.contains("utf8"));
  }

  String done(String text) {
    return coloured(GREEN, text);
  }

  String faint(String text) {
    return coloured(FAINT, text);
  }

  String bar(long current, long total, int width) {
    var filled = total <= 0 ? 0 : (int) Math.min(width, current * width / total);
    var full = unicode ? "━" : "=";
    var empty = unicode ? "─" : "-";
    return coloured(CYAN, full.repeat(filled)) + faint(empty.repeat(width - filled));
  }

  private String coloured(String colour, String text) {
    return colours && !text.isEmpty() ? colour + text + PLAIN : text;
  }
}
