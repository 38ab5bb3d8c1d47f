package dev.kctl.template;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** The functions {@code index} and {@code slice}. */
final class Indexing {
  private Indexing() {}

  static @Nullable Object index(Arguments arguments) {
    var value = arguments.at(0);
    for (var key : arguments.values().subList(1, arguments.size())) {
      value = element(value, key);
    }
    return value;
  }

  static Object slice(Arguments arguments) {
    var from = arguments.size() > 1 ? arguments.number(1) : 0;
    return switch (arguments.at(0)) {
      case String text -> {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var to = end(arguments, bytes.length);
        check(from, to, bytes.length);
        yield new String(bytes, from, to - from, StandardCharsets.UTF_8);
      }
      case List<?> list -> {
        var to = end(arguments, list.size());
        check(from, to, list.size());
        yield list.subList(from, to);
      }
      case null -> throw new FunctionFailure("slice of untyped nil");
      case Object other ->
          throw new FunctionFailure("can't slice item of type " + GoText.type(other));
    };
  }

  private static int end(Arguments arguments, int length) {
    return arguments.size() > 2 ? arguments.number(2) : length;
  }

  private static void check(int from, int to, int length) {
    if (from < 0 || from > length) {
      throw new FunctionFailure("index out of range: " + from);
    }
    if (to < 0 || to > length) {
      throw new FunctionFailure("index out of range: " + to);
    }
    if (from > to) {
      throw new FunctionFailure("invalid slice index: " + from + " > " + to);
    }
  }

  private static @Nullable Object element(@Nullable Object value, @Nullable Object key) {
    return switch (value) {
      case List<?> list -> list.get(position(key, list.size()));
      case String text -> {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        yield (long) (bytes[position(key, bytes.length)] & 0xff);
      }
      case Map<?, ?> map -> ofMap(map, key);
      case null -> throw new FunctionFailure("index of untyped nil");
      case Object other ->
          throw new FunctionFailure("can't index item of type " + GoText.type(other));
    };
  }

  private static int position(@Nullable Object key, int size) {
    if (!(key instanceof Long index)) {
      throw new FunctionFailure("cannot index slice/array with type " + GoText.type(key));
    }
    if (index < 0 || index >= size) {
      throw new FunctionFailure("index out of range: " + index);
    }
    return index.intValue();
  }

  /** What is missing in a map of texts is an empty text, as Go's zero value. */
  private static @Nullable Object ofMap(Map<?, ?> map, @Nullable Object key) {
    if (!(key instanceof String name)) {
      throw new FunctionFailure("value has type " + GoText.type(key) + "; should be string");
    }
    if (map.containsKey(name)) {
      return map.get(name);
    }
    var texts = map.values().stream().allMatch(value -> value instanceof String);
    return map instanceof SortedMap && texts ? "" : null;
  }
}
