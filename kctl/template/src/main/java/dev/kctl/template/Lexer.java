package dev.kctl.template;

import dev.kctl.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Cuts a template into its tokens. */
final class Lexer {
  private static final String OPEN = "{{";
  private static final String CLOSE = "}}";
  private static final String SPACES = " \t\r\n";

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int parentheses;

  private Lexer(String text) {
    this.text = text;
  }

  static List<Token> tokens(String text) {
    var lexer = new Lexer(text);
    lexer.run();
    return lexer.tokens;
  }

  /** What is wrong with a template, with the line it is on. */
  static TemplateException malformed(String text, int at, String reason) {
    var line =
        1
            + (int)
                text.substring(0, Math.min(at, text.length()))
                    .chars()
                    .filter(c -> c == '\n')
                    .count();
    return new TemplateException("template: :" + line + ": " + reason);
  }

  private void run() {
    var trim = false;
    while (at < text.length()) {
      var open = text.indexOf(OPEN, at);
      var end = open < 0 ? text.length() : open;
      addText(trim, end, open >= 0 && trimsBefore(open));
      if (open < 0) {
        break;
      }
      trim = isComment(open) ? skipComment(open) : action(open);
    }
    tokens.add(new Token(Kind.END, "", text.length()));
  }

  private void addText(boolean trimStart, int end, boolean trimEnd) {
    var part = text.substring(at, end);
    part = trimStart ? part.stripLeading() : part;
    part = trimEnd ? part.stripTrailing() : part;
    if (!part.isEmpty()) {
      tokens.add(new Token(Kind.TEXT, part, at));
    }
    at = end;
  }

  private boolean trimsBefore(int open) {
    return text.startsWith("-", open + 2) && isSpace(open + 3);
  }

  private boolean isComment(int open) {
    return text.startsWith("/*", open + (trimsBefore(open) ? 4 : 2));
  }

  /** Goes behind it and tells whether the text after it is to be trimmed. */
  private boolean skipComment(int open) {
    var end = text.indexOf("*/", open);
    if (end < 0) {
      throw malformed(text, open, "unclosed comment");
    }
    at = end + 2;
    var trim = isTrimmedClose();
    at += trim ? 2 : 0;
    if (!text.startsWith(CLOSE, at)) {
      throw malformed(text, at, "comment ends before closing delimiter");
    }
    at += 2;
    return trim;
  }

  private boolean isTrimmedClose() {
    return isSpace(at) && text.startsWith("-" + CLOSE, at + 1);
  }

  /** Reads what is between the braces and tells whether the text after them is to be trimmed. */
  private boolean action(int open) {
    tokens.add(new Token(Kind.OPEN, OPEN, open));
    at = open + (trimsBefore(open) ? 4 : 2);
    parentheses = 0;
    while (true) {
      if (at >= text.length()) {
        throw malformed(text, at, "unclosed action");
      }
      var trim = isTrimmedClose();
      if (trim || text.startsWith(CLOSE, at)) {
        if (parentheses > 0) {
          throw malformed(text, at, "unclosed left paren");
        }
        at += trim ? 2 : 0;
        add(Kind.CLOSE, 2);
        return trim;
      }
      inside();
    }
  }

  private void inside() {
    var c = text.charAt(at);
    if (SPACES.indexOf(c) >= 0) {
      space();
    } else if (c == '"') {
      quoted(Kind.STRING, '"', "unterminated quoted string");
    } else if (c == '\'') {
      quoted(Kind.CHARACTER, '\'', "unterminated character constant");
    } else if (c == '`') {
      rawString();
    } else if (c == '$') {
      add(Kind.VARIABLE, wordLength(at + 1) + 1);
    } else if (c == '.' && !isDigit(at + 1)) {
      var length = wordLength(at + 1);
      add(length == 0 ? Kind.DOT : Kind.FIELD, length + 1);
    } else if (isDigit(at) || ((c == '+' || c == '-' || c == '.') && startsNumber(at + 1))) {
      number();
    } else if (isLetter(c)) {
      add(Kind.IDENTIFIER, wordLength(at));
    } else {
      punctuation(c);
    }
  }

  private void punctuation(char c) {
    if (text.startsWith(":=", at)) {
      add(Kind.DECLARE, 2);
      return;
    }
    switch (c) {
      case '|' -> add(Kind.PIPE, 1);
      case ',' -> add(Kind.COMMA, 1);
      case '=' -> add(Kind.ASSIGN, 1);
      case '(' -> {
        parentheses++;
        add(Kind.LEFT, 1);
      }
      case ')' -> {
        if (--parentheses < 0) {
          throw malformed(text, at, "unexpected right paren");
        }
        add(Kind.RIGHT, 1);
      }
      case ':' -> throw malformed(text, at, "expected :=");
      default -> throw malformed(text, at, badCharacter(c));
    }
  }

  private static String badCharacter(char c) {
    var hex = Integer.toHexString(c).toUpperCase(Locale.ROOT);
    return "bad character U+" + "0".repeat(Math.max(0, 4 - hex.length())) + hex + " '" + c + "'";
  }

  private void space() {
    var start = at;
    while (isSpace(at) && !isTrimmedClose()) {
      at++;
    }
    if (at > start) {
      tokens.add(new Token(Kind.SPACE, text.substring(start, at), start));
    }
  }

  private void quoted(Kind kind, char quote, String unterminated) {
    var end = at + 1;
    while (end < text.length() && text.charAt(end) != quote && text.charAt(end) != '\n') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= text.length() || text.charAt(end) == '\n') {
      throw malformed(text, at, unterminated);
    }
    add(kind, end + 1 - at);
  }

  private void rawString() {
    var end = text.indexOf('`', at + 1);
    if (end < 0) {
      throw malformed(text, at, "unterminated raw quoted string");
    }
    add(Kind.RAW_STRING, end + 1 - at);
  }

  private void number() {
    var end = at + 1;
    while (end < text.length() && isNumberPart(end)) {
      end++;
    }
    add(Kind.NUMBER, end - at);
  }

  private boolean isNumberPart(int index) {
    var c = text.charAt(index);
    var before = Character.toLowerCase(text.charAt(index - 1));
    return isLetter(c) || isDigit(index) || c == '.' || ((c == '+' || c == '-') && before == 'e');
  }

  private boolean startsNumber(int index) {
    return isDigit(index) || (text.startsWith(".", index) && isDigit(index + 1));
  }

  private int wordLength(int start) {
    var end = start;
    while (end < text.length() && (isLetter(text.charAt(end)) || isDigit(end))) {
      end++;
    }
    return end - start;
  }

  private void add(Kind kind, int length) {
    tokens.add(new Token(kind, text.substring(at, at + length), at));
    at += length;
  }

  private boolean isSpace(int index) {
    return index < text.length() && SPACES.indexOf(text.charAt(index)) >= 0;
  }

  private boolean isDigit(int index) {
    return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
  }

  private static boolean isLetter(char c) {
    return c == '_' || Character.isLetter(c);
  }
}
