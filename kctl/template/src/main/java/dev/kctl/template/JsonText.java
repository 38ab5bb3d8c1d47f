package dev.kctl.template;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values as JSON, in one line. */
final class JsonText {
  private final StringBuilder out = new StringBuilder();
  private final boolean forHtml;

  private JsonText(boolean forHtml) {
    this.forHtml = forHtml;
  }

  /**
   * The JSON of a value.
   *
   * @param forHtml escape angle brackets and ampersands, as Go does for what it writes by itself
   */
  static String of(@Nullable Object value, boolean forHtml) {
    var json = new JsonText(forHtml);
    json.append(value);
    return json.out.toString();
  }

  private void append(@Nullable Object value) {
    switch (value) {
      case null -> out.append("null");
      case String text -> string(text);
      case Double number -> out.append(number(number));
      case List<?> list -> list(list);
      case Map<?, ?> map -> map(map);
      case Row row -> out.append(row.json());
      case Number number -> out.append(number);
      case Boolean bool -> out.append(bool);
      case Object other -> string(other.toString());
    }
  }

  private void list(List<?> list) {
    var separator = "[";
    for (var element : list) {
      out.append(separator);
      append(element);
      separator = ",";
    }
    out.append(list.isEmpty() ? "[]" : "]");
  }

  private void map(Map<?, ?> map) {
    var separator = "{";
    for (var entry : map.entrySet()) {
      out.append(separator);
      string(String.valueOf(entry.getKey()));
      out.append(':');
      append(entry.getValue());
      separator = ",";
    }
    out.append(map.isEmpty() ? "{}" : "}");
  }

  private void string(String text) {
    out.append('"');
    for (var i = 0; i < text.length(); i++) {
      character(text.charAt(i));
    }
    out.append('"');
  }

  private void character(char c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      default -> {
        var special = c < ' ' || c == '\u2028' || c == '\u2029';
        if (special || (forHtml && (c == '<' || c == '>' || c == '&'))) {
          var hex = Integer.toHexString(c);
          out.append("\\u").append("0".repeat(4 - hex.length())).append(hex);
        } else {
          out.append(c);
        }
      }
    }
  }

  private static String number(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new FunctionFailure("json: unsupported value: " + GoText.number(value));
    }
    var magnitude = Math.abs(value);
    if (magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21)) {
      return GoText.number(value).replace("e-0", "e-");
    }
    var plain = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    return value == 0 ? "0" : plain.toPlainString();
  }
}
