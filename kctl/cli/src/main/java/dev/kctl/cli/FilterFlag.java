package dev.kctl.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** What {@code --filter KEY=VALUE} asks for, in the words of the API. */
final class FilterFlag {
  private FilterFlag() {}

  /** The JSON of a query's {@code filters}; empty without any. */
  static String json(List<String> filters) {
    var byKey = new LinkedHashMap<String, List<String>>();
    for (var filter : filters) {
      var equals = filter.indexOf('=');
      if (equals < 0) {
        throw new UsageError("invalid argument \"" + filter + "\" for --filter: want KEY=VALUE");
      }
      var key = filter.substring(0, equals).strip().toLowerCase(Locale.ROOT);
      byKey.computeIfAbsent(key, _ -> new ArrayList<>()).add(filter.substring(equals + 1).strip());
    }
    if (byKey.isEmpty()) {
      return "";
    }
    var json = new JsonWriter().beginObject();
    byKey.forEach(
        (key, values) -> {
          json.name(key).beginObject();
          values.stream().distinct().forEach(value -> json.field(value, true));
          json.endObject();
        });
    return json.endObject().toString();
  }
}
