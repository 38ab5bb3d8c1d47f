package dev.kctl.template;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks names up in values. A sorted map stands for a map of Go's: what is not in it has no value.
 * Any other map stands for a struct: what is not in it is an error; the case of letters, which Go
 * and JSON spell differently ({@code ID} and {@code Id}), does not matter.
 */
final class Fields {
  private Fields() {}

  static @Nullable Object get(
      @Nullable Object from, String name, List<@Nullable Object> arguments) {
    if (from instanceof Row row) {
      return ofRow(row, name, arguments);
    }
    if (from instanceof Map<?, ?> map) {
      if (!arguments.isEmpty()) {
        throw new FunctionFailure(name + " is not a method but has arguments");
      }
      return ofMap(map, name);
    }
    if (from == null) {
      throw new FunctionFailure("nil pointer evaluating interface {}." + name);
    }
    throw new FunctionFailure("can't evaluate field " + name + " in type " + GoText.type(from));
  }

  private static @Nullable Object ofMap(Map<?, ?> map, String name) {
    if (map.containsKey(name) || map instanceof SortedMap) {
      return map.get(name);
    }
    for (var entry : map.entrySet()) {
      if (entry.getKey() instanceof String key && key.equalsIgnoreCase(name)) {
        return entry.getValue();
      }
    }
    throw new FunctionFailure("map has no entry for key " + GoText.quote(name));
  }

  private static @Nullable Object ofRow(Row row, String name, List<@Nullable Object> arguments) {
    var method = row.methods().get(name);
    if (method != null) {
      if (arguments.size() != 1) {
        throw new FunctionFailure(
            "wrong number of args for " + name + ": want 1 got " + arguments.size());
      }
      return method.of(GoText.of(arguments.getFirst()));
    }
    if (!row.columns().containsKey(name)) {
      throw new FunctionFailure("can't evaluate field " + name + " in type " + row.type());
    }
    if (!arguments.isEmpty()) {
      throw new FunctionFailure(
          "wrong number of args for " + name + ": want 0 got " + arguments.size());
    }
    return row.column(name);
  }
}
