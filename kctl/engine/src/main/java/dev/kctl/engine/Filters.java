package dev.kctl.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The `filters` parameter: every key must match, one of its values is enough, but all labels. */
record Filters(Map<String, List<String>> values) {

  /** Reads both forms, {"k":{"v":true}} and {"k":["v"]}; a key that is not known is refused. */
  static Filters parse(Optional<String> json, Set<String> known) {
    var values = new LinkedHashMap<String, List<String>>();
    if (json.isEmpty()) {
      return new Filters(values);
    }
    try {
      var object = Json.parse(json.get().getBytes(StandardCharsets.UTF_8));
      for (var entry : object.properties()) {
        if (!known.contains(entry.getKey())) {
          throw new EngineException.InvalidParameter("invalid filter '" + entry.getKey() + "'");
        }
        values.put(entry.getKey(), values(entry.getValue()));
      }
    } catch (IOException e) {
      throw new EngineException.InvalidParameter("invalid filters: " + json.get(), e);
    }
    return new Filters(values);
  }

  private static List<String> values(JsonNode node) {
    var values = new ArrayList<String>();
    if (node.isArray()) {
      node.forEach(value -> values.add(value.asText()));
    } else {
      for (var entry : node.properties()) {
        if (entry.getValue().asBoolean()) {
          values.add(entry.getKey());
        }
      }
    }
    return values;
  }

  List<String> get(String key) {
    return values.getOrDefault(key, List.of());
  }

  /** True where the key is not filtered by, or one of its values is accepted. */
  boolean any(String key, Predicate<String> accepts) {
    var wanted = get(key);
    return wanted.isEmpty() || wanted.stream().anyMatch(accepts);
  }

  /** `name` and `id` are matched as regular expressions, a value that is none as a part. */
  boolean anyPattern(String key, Predicate<Predicate<String>> matches) {
    return any(key, value -> matches.test(pattern(value)));
  }

  boolean labels(Map<String, String> labels) {
    return get("label").stream().allMatch(wanted -> label(labels, wanted));
  }

  /** `label!`: none of them may be there. */
  boolean withoutLabels(Map<String, String> labels) {
    return get("label!").stream().noneMatch(unwanted -> label(labels, unwanted));
  }

  private static boolean label(Map<String, String> labels, String wanted) {
    var equals = wanted.indexOf('=');
    return equals < 0
        ? labels.containsKey(wanted)
        : wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
  }

  private static Predicate<String> pattern(String value) {
    try {
      return Pattern.compile(value).asPredicate();
    } catch (PatternSyntaxException e) {
      return text -> text.contains(value);
    }
  }
}
