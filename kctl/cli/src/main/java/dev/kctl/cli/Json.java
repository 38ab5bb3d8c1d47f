package dev.kctl.cli;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON into objects, lists, strings, longs, doubles and booleans. A library would cost more
 * than the rest of a command: even a streaming one doubles the time of {@code kctl ps}.
 */
final class Json {
  private static final int DEEPEST = 64;

  /** Digits of the least number that may be too large for a {@code long}. */
  private static final int LONGEST_LONG = 19;

  private final String text;
  private final boolean withNulls;
  private int at;
  private int depth;

  private Json(String text, boolean withNulls) {
    this.text = text;
    this.withNulls = withNulls;
  }

  /** The value for templates: with its nulls, in plain maps and lists. */
  static @Nullable Object tree(String text) {
    return JsonTree.of(parse(text, true), "");
  }

  /** The value of the whole text; null stands for JSON's null. */
  static @Nullable Object parse(String text) {
    return parse(text, false);
  }

  private static @Nullable Object parse(String text, boolean withNulls) {
    var json = new Json(text, withNulls);
    var value = json.value();
    json.skipSpace();
    if (json.at < text.length()) {
      throw json.malformed();
    }
    return value;
  }

  static JsonObject parseObject(String text) {
    if (parse(text) instanceof JsonObject object) {
      return object;
    }
    throw new MalformedJson("not a JSON object: " + shortened(text));
  }

  private @Nullable Object value() {
    skipSpace();
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", withNulls ? JsonNull.NULL : null);
      default -> number();
    };
  }

  private JsonObject object() {
    enter();
    var members = new LinkedHashMap<String, Object>();
    skipSpace();
    if (peek() == '}') {
      at++;
    } else {
      char next;
      do {
        skipSpace();
        var name = string();
        expect(':');
        var value = value();
        if (value != null) {
          members.put(name, value);
        }
        next = separator('}');
      } while (next == ',');
    }
    depth--;
    return new JsonObject(members);
  }

  /** Nulls in lists carry nothing for us and are left out. */
  private List<Object> array() {
    enter();
    var elements = new ArrayList<Object>();
    skipSpace();
    if (peek() == ']') {
      at++;
    } else {
      char next;
      do {
        var value = value();
        if (value != null) {
          elements.add(value);
        }
        next = separator(']');
      } while (next == ',');
    }
    depth--;
    return elements;
  }

  private void enter() {
    at++;
    if (++depth > DEEPEST) {
      throw malformed();
    }
  }

  private char separator(char end) {
    skipSpace();
    var next = peek();
    if (next != ',' && next != end) {
      throw malformed();
    }
    at++;
    return next;
  }

  private String string() {
    expect('"');
    var start = at;
    while (peek() != '"' && peek() != '\\') {
      at++;
    }
    if (peek() == '"') {
      return text.substring(start, at++);
    }
    var decoded = new StringBuilder(text.substring(start, at));
    for (var c = next(); c != '"'; c = next()) {
      decoded.append(c == '\\' ? escaped() : c);
    }
    return decoded.toString();
  }

  private char escaped() {
    var c = next();
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case '"', '\\', '/' -> c;
      case 'u' -> unicode();
      default -> throw malformed();
    };
  }

  private char unicode() {
    var code = 0;
    for (var i = 0; i < 4; i++) {
      var digit = Character.digit(next(), 16);
      if (digit < 0) {
        throw malformed();
      }
      code = code << 4 | digit;
    }
    return (char) code;
  }

  private Object number() {
    var start = at;
    var whole = true;
    while (at < text.length() && "+-0123456789.eE".indexOf(text.charAt(at)) >= 0) {
      whole &= ".eE".indexOf(text.charAt(at)) < 0;
      at++;
    }
    try {
      var digits = text.substring(start, at);
      return whole ? integer(digits) : Double.valueOf(digits);
    } catch (NumberFormatException _) {
      at = start;
      throw malformed();
    }
  }

  /** Docker's limits are unsigned: 2^64-1 means that there is none. */
  private static Number integer(String digits) {
    return digits.length() < LONGEST_LONG ? Long.valueOf(digits) : new BigInteger(digits);
  }

  private @Nullable Object word(String word, @Nullable Object value) {
    if (!text.startsWith(word, at)) {
      throw malformed();
    }
    at += word.length();
    return value;
  }

  private void expect(char wanted) {
    skipSpace();
    if (next() != wanted) {
      at--;
      throw malformed();
    }
  }

  private char next() {
    var c = peek();
    at++;
    return c;
  }

  private char peek() {
    if (at >= text.length()) {
      throw malformed();
    }
    return text.charAt(at);
  }

  private void skipSpace() {
    while (at < text.length() && text.charAt(at) <= ' ') {
      at++;
    }
  }

  private MalformedJson malformed() {
    return new MalformedJson("not JSON at character " + at + ": " + shortened(text));
  }

  private static String shortened(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
