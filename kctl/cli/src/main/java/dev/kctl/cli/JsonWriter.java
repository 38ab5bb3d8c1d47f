package dev.kctl.cli;

import java.util.Collection;
import java.util.Map;

/** Writes JSON; the caller keeps objects and lists balanced. */
final class JsonWriter {
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder out = new StringBuilder();
  private boolean comma;

  JsonWriter beginObject() {
    return open('{');
  }

  JsonWriter endObject() {
    return close('}');
  }

  JsonWriter beginArray() {
    return open('[');
  }

  JsonWriter endArray() {
    return close(']');
  }

  JsonWriter name(String name) {
    quoted(name);
    out.append(':');
    comma = false;
    return this;
  }

  JsonWriter field(String name, String value) {
    name(name);
    quoted(value);
    return this;
  }

  JsonWriter field(String name, long value) {
    name(name);
    return raw(Long.toString(value));
  }

  JsonWriter field(String name, boolean value) {
    name(name);
    return raw(Boolean.toString(value));
  }

  JsonWriter field(String name, Collection<String> values) {
    name(name);
    open('[');
    for (var value : values) {
      quoted(value);
    }
    return close(']');
  }

  JsonWriter field(String name, Map<String, String> values) {
    name(name).beginObject();
    values.forEach(this::field);
    return endObject();
  }

  @Override
  public String toString() {
    return out.toString();
  }

  static String quote(String text) {
    var writer = new JsonWriter();
    writer.quoted(text);
    return writer.toString();
  }

  /** Puts a value that already is JSON. */
  JsonWriter raw(String json) {
    separate();
    out.append(json);
    return this;
  }

  private JsonWriter open(char bracket) {
    separate();
    out.append(bracket);
    comma = false;
    return this;
  }

  private JsonWriter close(char bracket) {
    out.append(bracket);
    comma = true;
    return this;
  }

  private void separate() {
    if (comma) {
      out.append(',');
    }
    comma = true;
  }

  private void quoted(String text) {
    separate();
    out.append('"');
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> plainOrHex(c);
      }
    }
    out.append('"');
  }

  private void plainOrHex(char c) {
    if (c >= ' ') {
      out.append(c);
    } else {
      out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
    }
  }
}
