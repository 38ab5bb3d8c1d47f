package dev.kctl.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Go's {@code printf}, for the verbs that make sense of what a template has. */
final class Printf {
  private static final int WIDEST = 1 << 16;

  private final String format;
  private final Arguments arguments;
  private final StringBuilder out = new StringBuilder();
  private int at;
  private int next = 1;

  private Printf(Arguments arguments) {
    format = arguments.text(0);
    this.arguments = arguments;
  }

  static String format(Arguments arguments) {
    var printf = new Printf(arguments);
    printf.run();
    return printf.out.toString();
  }

  private void run() {
    while (at < format.length()) {
      var c = format.charAt(at++);
      if (c == '%') {
        directive();
      } else {
        out.append(c);
      }
    }
    if (next < arguments.size()) {
      extra();
    }
  }

  private void extra() {
    out.append("%!(EXTRA ");
    for (var i = next; i < arguments.size(); i++) {
      out.append(i > next ? ", " : "");
      out.append(GoText.type(arguments.at(i))).append('=').append(GoText.of(arguments.at(i)));
    }
    out.append(')');
  }

  private void directive() {
    var flags = flags();
    var width = digits();
    var precision = -1;
    if (at < format.length() && format.charAt(at) == '.') {
      at++;
      precision = Math.max(0, digits());
    }
    if (at >= format.length()) {
      out.append("%!(NOVERB)");
      return;
    }
    var verb = format.charAt(at++);
    if (verb == '%') {
      out.append('%');
    } else if (next >= arguments.size()) {
      out.append("%!").append(verb).append("(MISSING)");
    } else {
      var style = new Style(flags, width, precision, verb);
      out.append(style.padded(style.text(arguments.at(next++))));
    }
  }

  private String flags() {
    var start = at;
    while (at < format.length() && "+-# 0".indexOf(format.charAt(at)) >= 0) {
      at++;
    }
    return format.substring(start, at);
  }

  private int digits() {
    var number = -1;
    while (at < format.length() && Character.digit(format.charAt(at), 10) >= 0) {
      number = Math.max(0, number) * 10 + Character.digit(format.charAt(at++), 10);
      if (number > WIDEST) {
        throw new FunctionFailure("width of more than " + WIDEST);
      }
    }
    return number;
  }

  /** One directive. */
  private record Style(String flags, int width, int precision, char verb) {
    String text(@Nullable Object value) {
      return switch (verb) {
        case 'v' -> GoText.of(value);
        case 's' -> value instanceof Number || value instanceof Boolean ? wrong(value) : cut(value);
        case 'q' -> value instanceof String text ? GoText.quote(text) : wrong(value);
        case 't' -> value instanceof Boolean bool ? bool.toString() : wrong(value);
        case 'd' -> value instanceof Long number ? sign(number) + Math.abs(number) : wrong(value);
        case 'x', 'X', 'o', 'b' -> based(value);
        case 'c' -> value instanceof Long code ? Character.toString(code.intValue()) : wrong(value);
        case 'f', 'F', 'e', 'g' -> decimal(value);
        case 'T' -> GoText.type(value);
        default -> wrong(value);
      };
    }

    String padded(String text) {
      var missing = width - text.codePointCount(0, text.length());
      if (missing <= 0) {
        return text;
      }
      if (flags.indexOf('-') >= 0) {
        return text + " ".repeat(missing);
      }
      if (flags.indexOf('0') < 0 || !"dxXobfFeg".contains(String.valueOf(verb))) {
        return " ".repeat(missing) + text;
      }
      var signed = text.startsWith("-") || text.startsWith("+");
      return signed
          ? text.charAt(0) + "0".repeat(missing) + text.substring(1)
          : "0".repeat(missing) + text;
    }

    private String cut(@Nullable Object value) {
      var text = value == null ? "%!s(<nil>)" : GoText.of(value);
      return precision >= 0 && precision < text.length() ? text.substring(0, precision) : text;
    }

    private String based(@Nullable Object value) {
      if (value instanceof String text && (verb == 'x' || verb == 'X')) {
        var hex = java.util.HexFormat.of();
        var bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return (verb == 'X' ? hex.withUpperCase() : hex).formatHex(bytes);
      }
      if (!(value instanceof Long number)) {
        return wrong(value);
      }
      var radix = verb == 'o' ? 8 : verb == 'b' ? 2 : 16;
      var digits = Long.toString(number, radix);
      var prefix = flags.indexOf('#') >= 0 && radix == 16 ? "0x" : "";
      return prefix + (verb == 'X' ? digits.toUpperCase(Locale.ROOT) : digits);
    }

    private String decimal(@Nullable Object value) {
      if (!(value instanceof Double number)) {
        return wrong(value);
      }
      if (Double.isNaN(number) || Double.isInfinite(number) || verb == 'g') {
        return sign(number) + GoText.number(Math.abs(number));
      }
      var digits = precision < 0 ? 6 : precision;
      if (verb == 'e') {
        return String.format(
            Locale.ROOT, "%" + (sign(number).equals("+") ? "+" : "") + "." + digits + "e", number);
      }
      var magnitude = new BigDecimal(Math.abs(number)).setScale(digits, RoundingMode.HALF_EVEN);
      return sign(number) + magnitude.toPlainString();
    }

    private String sign(double number) {
      return number < 0 ? "-" : flags.indexOf('+') >= 0 ? "+" : flags.indexOf(' ') >= 0 ? " " : "";
    }

    private String wrong(@Nullable Object value) {
      return "%!"
          + verb
          + "("
          + (value == null ? "<nil>" : GoText.type(value) + "=" + GoText.of(value))
          + ")";
    }
  }
}
