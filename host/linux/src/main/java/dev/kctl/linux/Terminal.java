package dev.kctl.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The terminal behind a descriptor of this process. */
public final class Terminal {
  /** {@code struct winsize} of {@code <asm-generic/termios.h>}: rows, columns, two unused. */
  private static final long WINSIZE_SIZE = 8;

  private Terminal() {}

  /** Rows and columns of a window; 0 where the terminal does not know. */
  public record Size(int rows, int columns) {}

  /** What a terminal was like before it was made raw. */
  public static final class Saved {
    private final int descriptor;
    private final byte[] termios;

    private Saved(int descriptor, byte[] termios) {
      this.descriptor = descriptor;
      this.termios = termios;
    }

    /** Makes the terminal what it was. */
    public void restore() throws IOException {
      try (var arena = Arena.ofConfined()) {
        var segment = arena.allocate(Libc.TERMIOS_SIZE);
        MemorySegment.copy(MemorySegment.ofArray(termios), 0, segment, 0, termios.length);
        Libc.tcsetattr(descriptor, segment);
      }
    }
  }

  /** Whether the descriptor is a terminal. */
  public static boolean is(int descriptor) {
    return Libc.isatty(descriptor);
  }

  /** The window's size; empty where the descriptor is no terminal. */
  public static Optional<Size> size(int descriptor) {
    try (var arena = Arena.ofConfined()) {
      var winsize = arena.allocate(WINSIZE_SIZE);
      Libc.ioctl(descriptor, Libc.TIOCGWINSZ, winsize);
      var rows = Short.toUnsignedInt(winsize.get(JAVA_SHORT, 0));
      var columns = Short.toUnsignedInt(winsize.get(JAVA_SHORT, 2));
      return Optional.of(new Size(rows, columns));
    } catch (ErrnoException _) {
      return Optional.empty();
    }
  }

  /**
   * Makes the terminal hand every byte through (cfmakeraw(3)).
   *
   * @throws IOException where the descriptor is no terminal
   */
  public static Saved makeRaw(int descriptor) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var termios = arena.allocate(Libc.TERMIOS_SIZE);
      Libc.tcgetattr(descriptor, termios);
      var saved = new Saved(descriptor, termios.toArray(JAVA_BYTE));
      Libc.cfmakeraw(termios);
      Libc.tcsetattr(descriptor, termios);
      return saved;
    }
  }
}
