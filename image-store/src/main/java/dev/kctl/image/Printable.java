package dev.kctl.image;

/** Makes text from a registry or a worker fit for a terminal and one line. */
final class Printable {
  private Printable() {}

  /** Cuts the text at a length and turns what is not printable into blanks. */
  static String line(String text, int longest) {
    var cut = text.length() <= longest ? text : text.substring(0, longest) + "...";
    return cut.codePoints()
        .map(c -> isPlain(c) ? c : ' ')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString()
        .strip();
  }

  /** Control, format and separator characters can move a cursor or forge a line. */
  private static boolean isPlain(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
