package dev.kctl.guest;

/** Text from a guest, made safe for a log and a terminal. */
final class Printable {
  private static final int LONGEST = 512;

  private Printable() {}

  static String of(String text) {
    var result = new StringBuilder();
    text.codePoints().limit(LONGEST).forEach(c -> append(result, c));
    return result.toString();
  }

  private static void append(StringBuilder result, int c) {
    switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          result.append("\\u%04x".formatted(c));
      default -> result.appendCodePoint(c);
    }
  }
}
