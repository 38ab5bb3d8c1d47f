package dev.kctl.cli;

import java.util.Set;

/**
 * What {@code --restart} asks for.
 *
 * @param times how often at most after failures; 0 for always
 */
record RestartPolicy(String name, long times) {
  private static final Set<String> NAMES = Set.of("no", "always", "unless-stopped", "on-failure");

  static RestartPolicy parse(String text) {
    var colon = text.indexOf(':');
    var name = colon < 0 ? text : text.substring(0, colon);
    if (!NAMES.contains(name)) {
      throw new UsageError(
          "invalid value "
              + text
              + " for --restart: not no, on-failure[:TIMES], always or unless-stopped");
    }
    if (colon < 0) {
      return new RestartPolicy(name, 0);
    }
    var times = Numbers.within("--restart", text.substring(colon + 1), 0, Integer.MAX_VALUE);
    if (!name.equals("on-failure")) {
      throw new UsageError(
          "invalid value " + text + " for --restart: only on-failure has a number of times");
    }
    return new RestartPolicy(name, times);
  }

  void write(JsonWriter json) {
    json.name("RestartPolicy").beginObject().field("Name", name);
    json.field("MaximumRetryCount", times).endObject();
  }
}
