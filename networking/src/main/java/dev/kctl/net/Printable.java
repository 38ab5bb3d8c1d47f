package dev.kctl.net;

/** Text of others, made fit for one line of a message. */
final class Printable {
  private static final int LONGEST = 100;

  private Printable() {}

  static String quote(String text) {
    var cut = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    var quoted = new StringBuilder("\"");
    cut.codePoints().map(c -> c < 0x20 || c > 0x7e ? '?' : c).forEach(quoted::appendCodePoint);
    return quoted.append('"').toString();
  }
}
