package dev.kctl.template;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Values as Go prints them. */
final class GoText {
  private static final int PLAIN_DIGITS = 6;

  private GoText() {}

  /** As {@code {{.}}} writes it. */
  static String written(@Nullable Object value) {
    return value == null ? "<no value>" : of(value);
  }

  /** As {@code %v} does. */
  static String of(@Nullable Object value) {
    return switch (value) {
      case null -> "<nil>";
      case Double number -> number(number);
      case List<?> list -> list(list);
      case Map<?, ?> map -> map(map);
      case Row row -> map(row.columns());
      case Object other -> other.toString();
    };
  }

  /** The name of its type, for errors. */
  static String type(@Nullable Object value) {
    return switch (value) {
      case null -> "nil";
      case Row row -> row.type();
      case String _ -> "string";
      case Long _, Integer _ -> "int";
      case Double _ -> "float64";
      case Boolean _ -> "bool";
      case List<?> _ -> "[]interface {}";
      case Map<?, ?> _ -> "map[string]interface {}";
      case Object other -> other.getClass().getSimpleName();
    };
  }

  static boolean isTrue(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Boolean bool -> bool;
      case Double number -> number != 0;
      case Number number -> number.longValue() != 0;
      case String text -> !text.isEmpty();
      case List<?> list -> !list.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      case Object _ -> true;
    };
  }

  /** In double quotes, with Go's escapes. */
  static String quote(String text) {
    var out = new StringBuilder("\"");
    text.codePoints().forEach(c -> quoted(out, c));
    return out.append('"').toString();
  }

  private static void quoted(StringBuilder out, int c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\t' -> out.append("\\t");
      case '\r' -> out.append("\\r");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case 0x07 -> out.append("\\a");
      case 0x0b -> out.append("\\v");
      default -> {
        if (!Character.isISOControl(c)) {
          out.appendCodePoint(c);
        } else if (c < 0x80) {
          out.append("\\x").append(hex(c, 2));
        } else {
          out.append("\\u").append(hex(c, 4));
        }
      }
    }
  }

  private static String hex(int code, int digits) {
    var hex = Integer.toHexString(code);
    return "0".repeat(digits - hex.length()) + hex;
  }

  private static String list(List<?> list) {
    var out = new StringBuilder("[");
    for (var element : list) {
      out.append(out.length() > 1 ? " " : "").append(of(element));
    }
    return out.append(']').toString();
  }

  private static String map(Map<?, ?> map) {
    if (!(map instanceof SortedMap)) {
      var out = new StringBuilder("{");
      map.values().forEach(value -> out.append(out.length() > 1 ? " " : "").append(of(value)));
      return out.append('}').toString();
    }
    var out = new StringBuilder("map[");
    map.forEach(
        (key, value) ->
            out.append(out.length() > 4 ? " " : "").append(key).append(':').append(of(value)));
    return out.append(']').toString();
  }

  /** The shortest form that reads back; with an exponent below -4 and from a million on. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    var decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    var exponent = decimal.precision() - decimal.scale() - 1;
    return exponent < -4 || exponent >= PLAIN_DIGITS
        ? scientific(decimal, exponent)
        : decimal.toPlainString();
  }

  private static String scientific(BigDecimal decimal, int exponent) {
    var digits = decimal.unscaledValue().abs().toString();
    var out = new StringBuilder(decimal.signum() < 0 ? "-" : "").append(digits.charAt(0));
    if (digits.length() > 1) {
      out.append('.').append(digits, 1, digits.length());
    }
    out.append('e').append(exponent < 0 ? '-' : '+');
    return out.append(Math.abs(exponent) < 10 ? "0" : "").append(Math.abs(exponent)).toString();
  }
}
