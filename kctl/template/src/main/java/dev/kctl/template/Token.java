package dev.kctl.template;

/**
 * A piece of a template.
 *
 * @param text as written; of a text the part that is left after trimming
 * @param at where it begins in the template
 */
record Token(Kind kind, String text, int at) {
  /** What it is. */
  enum Kind {
    TEXT,
    OPEN,
    CLOSE,
    IDENTIFIER,
    FIELD,
    VARIABLE,
    DOT,
    STRING,
    RAW_STRING,
    CHARACTER,
    NUMBER,
    PIPE,
    COMMA,
    DECLARE,
    ASSIGN,
    LEFT,
    RIGHT,
    SPACE,
    END
  }
}
