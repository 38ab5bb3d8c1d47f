package dev.kctl.cli;

import org.jspecify.annotations.Nullable;

/** The terminal behind a standard descriptor. */
interface Tty {
  int STDIN = 0;
  int STDOUT = 1;
  int STDERR = 2;

  boolean isTerminal(int descriptor);

  /** The size, or null where nobody knows. */
  @Nullable Size size(int descriptor);

  /** Hands every key on as it is pressed, until closed. */
  Raw makeRaw(int descriptor);

  /** Rows and columns. */
  record Size(int rows, int columns) {}

  /** Raw mode; closing it, more than once too, gives back what was. */
  interface Raw extends AutoCloseable {
    @Override
    void close();
  }
}
