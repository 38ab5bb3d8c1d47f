package dev.kctl.cli;

/**
 * Lays JSON out over lines with four spaces a level, as Docker prints it; values stay as they are.
 */
final class JsonIndent {
  private static final String STEP = "    ";

  private final String text;
  private final StringBuilder out;
  private int level;

  private JsonIndent(String text, StringBuilder out, int level) {
    this.text = text;
    this.out = out;
    this.level = level;
  }

  static void append(String json, StringBuilder out, int level) {
    new JsonIndent(json, out, level).run();
  }

  private void run() {
    for (var at = 0; at < text.length(); at++) {
      var c = text.charAt(at);
      switch (c) {
        case '"' -> at = string(at);
        case '{', '[' -> at = open(at, c);
        case '}', ']' -> {
          level--;
          newLine();
          out.append(c);
        }
        case ',' -> {
          out.append(c);
          newLine();
        }
        case ':' -> out.append(": ");
        case ' ', '\n', '\r', '\t' -> {}
        default -> out.append(c);
      }
    }
  }

  private int string(int start) {
    var end = start + 1;
    while (end < text.length() && text.charAt(end) != '"') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    out.append(text, start, Math.min(end + 1, text.length()));
    return end;
  }

  private int open(int at, char bracket) {
    out.append(bracket);
    var next = at + 1;
    while (next < text.length() && text.charAt(next) <= ' ') {
      next++;
    }
    if (next < text.length() && (text.charAt(next) == '}' || text.charAt(next) == ']')) {
      out.append(text.charAt(next));
      return next;
    }
    level++;
    newLine();
    return at;
  }

  private void newLine() {
    out.append('\n');
    for (var i = 0; i < level; i++) {
      out.append(STEP);
    }
  }
}
