package dev.kctl.cli;

/** What guests say, so that no terminal takes it for a command. */
final class Harmless {
  private Harmless() {}

  /**
   * Control characters as {@code \x1b}, and those that turn the text around or cannot be seen
   * ({@code \x202e}); a backslash stays what it is.
   */
  static String text(String guest) {
    var harmless = true;
    for (var i = 0; i < guest.length() && harmless; i++) {
      harmless = !isHarmful(guest.charAt(i));
    }
    if (harmless) {
      return guest;
    }
    var out = new StringBuilder(guest.length() + 16);
    for (var i = 0; i < guest.length(); i++) {
      var c = guest.charAt(i);
      if (isHarmful(c)) {
        var hex = Integer.toHexString(c);
        out.append("\\x").append(hex.length() < 2 ? "0" : "").append(hex);
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** The same for a line, in which tabulators do no harm. */
  static String line(String guest) {
    return guest.indexOf('\t') < 0
        ? text(guest)
        : String.join("\t", Words.split(guest, '\t').stream().map(Harmless::text).toList());
  }

  private static boolean isHarmful(char c) {
    return c < ' '
        || (c >= 0x7f && c < 0xa0)
        || (c > 0xff
            && switch (Character.getType(c)) {
              case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                  true;
              default -> false;
            });
  }
}
