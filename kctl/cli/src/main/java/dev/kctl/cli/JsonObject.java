package dev.kctl.cli;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The members of a JSON object; what is absent, null or of another type reads as empty. */
record JsonObject(Map<String, Object> members) {
  static final JsonObject EMPTY = new JsonObject(Map.of());

  boolean has(String name) {
    return members.containsKey(name);
  }

  String string(String name) {
    return members.get(name) instanceof String value ? value : "";
  }

  /** An integer as far as a {@code long} can tell it. */
  long number(String name) {
    if (members.get(name) instanceof BigInteger value && value.bitLength() >= Long.SIZE) {
      return value.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    return members.get(name) instanceof Number value ? value.longValue() : 0;
  }

  boolean isTrue(String name) {
    return Boolean.TRUE.equals(members.get(name));
  }

  JsonObject object(String name) {
    return members.get(name) instanceof JsonObject value ? value : EMPTY;
  }

  List<?> list(String name) {
    return members.get(name) instanceof List<?> value ? value : List.of();
  }

  List<JsonObject> objects(String name) {
    return objectsOf(list(name));
  }

  List<String> strings(String name) {
    var strings = new ArrayList<String>();
    for (var value : list(name)) {
      if (value instanceof String string) {
        strings.add(string);
      }
    }
    return strings;
  }

  static List<JsonObject> objectsOf(List<?> values) {
    var objects = new ArrayList<JsonObject>();
    for (var value : values) {
      if (value instanceof JsonObject object) {
        objects.add(object);
      }
    }
    return objects;
  }
}
