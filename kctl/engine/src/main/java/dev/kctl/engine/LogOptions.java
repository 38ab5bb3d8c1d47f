package dev.kctl.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How a container's log is kept: Docker's `LogConfig`.
 *
 * @param kept false with the driver `none`
 * @param maxBytes of one file
 * @param maxFiles the current one and those before it
 */
record LogOptions(boolean kept, long maxBytes, int maxFiles) {
  static final LogOptions USUAL = new LogOptions(true, 10_000_000, 3);

  private static final Pattern SIZE = Pattern.compile("(\\d{1,15})\\s*([kmgt]?)(i?b)?");
  private static final List<String> WITHOUT_EFFECT =
      List.of("compress", "labels-regex", "env-regex", "tag", "mode", "max-buffer-size");
  private static final Set<String> KNOWN =
      Set.of(
          "max-size",
          "max-file",
          "compress",
          "labels",
          "labels-regex",
          "env",
          "env-regex",
          "tag",
          "mode",
          "max-buffer-size");

  static LogOptions parse(JsonNode config) {
    var type = config.path("Type").asText("");
    var kept =
        switch (type) {
          case "", "json-file", "null" -> true;
          case "none" -> false;
          default ->
              throw new EngineException.InvalidParameter(
                  "logger: no log driver named '"
                      + type
                      + "' is registered: json-file and none are");
        };
    var options = config.path("Config");
    options
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!KNOWN.contains(name)) {
                throw new EngineException.InvalidParameter(
                    "unknown log opt '" + name + "' for json-file log driver");
              }
            });
    var size = options.path("max-size").asText("");
    var files = options.path("max-file").asText("");
    return new LogOptions(
        kept,
        size.isEmpty() ? USUAL.maxBytes : bytes(size),
        files.isEmpty() ? USUAL.maxFiles : count(files));
  }

  /** Options that are known and change nothing here. */
  static List<String> warnings(JsonNode config) {
    var warnings = new ArrayList<String>();
    for (var name : WITHOUT_EFFECT) {
      if (config.path("Config").has(name)) {
        warnings.add("--log-opt " + name + " is ignored");
      }
    }
    return warnings;
  }

  private static long bytes(String text) {
    var size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!size.matches() || Long.parseLong(size.group(1)) == 0) {
      throw new EngineException.InvalidParameter("invalid size: '" + text + "' (max-size)");
    }
    var unit = " kmgt".indexOf(size.group(2).isEmpty() ? " " : size.group(2));
    return Long.parseLong(size.group(1)) << (10 * unit);
  }

  private static int count(String text) {
    try {
      var count = Integer.parseInt(text);
      if (count >= 1 && count <= 1000) {
        return count;
      }
    } catch (NumberFormatException e) {
      throw new EngineException.InvalidParameter("max-file is no number: " + text, e);
    }
    throw new EngineException.InvalidParameter("max-file must be between 1 and 1000, not " + text);
  }
}
