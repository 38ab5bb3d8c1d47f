package dev.kctl.cli;

import java.util.Set;

/** One {@code --ulimit NAME=SOFT[:HARD]}. */
final class UlimitFlag {
  private static final Set<String> NAMES =
      Set.of(
          "core",
          "cpu",
          "data",
          "fsize",
          "locks",
          "memlock",
          "msgqueue",
          "nice",
          "nofile",
          "nproc",
          "rss",
          "rtprio",
          "rttime",
          "sigpending",
          "stack");

  private UlimitFlag() {}

  static void write(String text, JsonWriter json) {
    var equals = text.indexOf('=');
    if (equals < 0 || !NAMES.contains(text.substring(0, equals))) {
      throw invalid(text, "not NAME=SOFT[:HARD] with a name such as nofile, nproc or core");
    }
    var values = text.substring(equals + 1);
    var colon = values.indexOf(':');
    var soft = number(text, colon < 0 ? values : values.substring(0, colon));
    var hard = colon < 0 ? soft : number(text, values.substring(colon + 1));
    if (hard != -1 && (soft == -1 || soft > hard)) {
      throw invalid(text, "its soft limit is above the hard one");
    }
    json.beginObject().field("Name", text.substring(0, equals));
    json.field("Hard", hard).field("Soft", soft).endObject();
  }

  private static long number(String text, String digits) {
    try {
      var number = Long.parseLong(digits);
      if (number >= -1) {
        return number;
      }
    } catch (NumberFormatException _) {
      throw invalid(text, digits + " is no number");
    }
    throw invalid(text, digits + " is below -1, which means unlimited");
  }

  private static UsageError invalid(String text, String reason) {
    return new UsageError("invalid value " + text + " for --ulimit: " + reason);
  }
}
