package dev.kctl.image;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Names out of a layer, made fit for a message: they are hostile, and bytes of any kind. */
final class PrintableName {
  private static final int LONGEST = 200;

  private PrintableName() {}

  static String of(byte[] name) {
    var text = new String(name, 0, Math.min(name.length, 2 * LONGEST), UTF_8);
    var printable = new StringBuilder();
    text.codePoints().limit(LONGEST).forEach(point -> append(printable, point));
    return name.length > 2 * LONGEST || text.codePointCount(0, text.length()) > LONGEST
        ? printable.append("...").toString()
        : printable.toString();
  }

  private static void append(StringBuilder printable, int point) {
    switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          printable.append(String.format("\\u%04x", point));
      default -> printable.appendCodePoint(point);
    }
  }
}
