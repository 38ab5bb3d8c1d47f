package dev.kctl.template;

import java.util.Locale;

/** The values of constants. */
final class Literals {
  private Literals() {}

  /**
   * The value of a number, character or string.
   *
   * @throws IllegalArgumentException with Go's words where it is none
   */
  static Object decode(Token token) {
    var text = token.text();
    return switch (token.kind()) {
      case RAW_STRING -> text.substring(1, text.length() - 1);
      case STRING -> unquote(text);
      case CHARACTER -> character(text);
      default -> number(text);
    };
  }

  private static Object character(String text) {
    var content = unquote(text);
    if (content.codePointCount(0, content.length()) != 1) {
      throw new IllegalArgumentException("malformed character constant: " + text);
    }
    return (long) content.codePointAt(0);
  }

  private static Object number(String text) {
    var lower = text.toLowerCase(Locale.ROOT).replace("_", "");
    var unsigned = lower.startsWith("+") || lower.startsWith("-") ? lower.substring(1) : lower;
    try {
      if (unsigned.length() > 2 && unsigned.charAt(0) == '0') {
        var radix =
            switch (unsigned.charAt(1)) {
              case 'x' -> 16;
              case 'o' -> 8;
              case 'b' -> 2;
              default -> 0;
            };
        if (radix != 0) {
          var value = Long.parseLong(unsigned.substring(2), radix);
          return lower.startsWith("-") ? -value : value;
        }
      }
      if (isWhole(unsigned)) {
        return Long.parseLong(lower);
      }
      if (Character.isLetter(unsigned.charAt(unsigned.length() - 1))) {
        throw new NumberFormatException();
      }
      return Double.parseDouble(lower);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException("bad number syntax: " + GoText.quote(text));
    }
  }

  private static boolean isWhole(String digits) {
    return digits.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static String unquote(String text) {
    var out = new StringBuilder();
    var end = text.length() - 1;
    var at = 1;
    while (at < end) {
      var c = text.charAt(at++);
      if (c != '\\') {
        out.append(c);
      } else {
        at = escape(text, at, out);
      }
    }
    return out.toString();
  }

  private static int escape(String text, int at, StringBuilder out) {
    var c = text.charAt(at);
    switch (c) {
      case 'n' -> out.append('\n');
      case 't' -> out.append('\t');
      case 'r' -> out.append('\r');
      case 'a' -> out.append('\u0007');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'v' -> out.append('\u000b');
      case '\\', '"', '\'' -> out.append(c);
      case 'x' -> {
        return code(text, at + 1, 2, 16, out);
      }
      case 'u' -> {
        return code(text, at + 1, 4, 16, out);
      }
      case 'U' -> {
        return code(text, at + 1, 8, 16, out);
      }
      default -> {
        if (c < '0' || c > '7') {
          throw new IllegalArgumentException("invalid syntax");
        }
        return code(text, at, 3, 8, out);
      }
    }
    return at + 1;
  }

  private static int code(String text, int at, int digits, int radix, StringBuilder out) {
    if (at + digits >= text.length()) {
      throw new IllegalArgumentException("invalid syntax");
    }
    try {
      out.appendCodePoint(Integer.parseInt(text.substring(at, at + digits), radix));
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException("invalid syntax");
    }
    return at + digits;
  }
}
