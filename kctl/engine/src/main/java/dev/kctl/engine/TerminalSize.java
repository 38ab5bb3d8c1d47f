package dev.kctl.engine;

/** A terminal's size in characters; 0 by 0 where it is not known. */
record TerminalSize(int rows, int columns) {
  static final TerminalSize UNKNOWN = new TerminalSize(0, 0);
}
