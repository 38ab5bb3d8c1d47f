package dev.kctl.linux;

import static java.lang.foreign.Linker.Option.firstVariadicArg;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The calls of libc that Java lacks, and the only reader of errno. */
@SuppressWarnings("restricted") // the very purpose of this class
final class Libc {
  /** {@code <unistd.h>}: whence of lseek, Linux's extension for sparse files. */
  static final int SEEK_DATA = 3;

  static final int SEEK_HOLE = 4;

  /** {@code <fcntl.h>}. */
  static final int O_RDONLY = 0;

  static final int O_RDWR = 2;
  static final int O_CREAT = 0x40;
  static final int O_EXCL = 0x80;
  static final int O_NOFOLLOW = 0x20000;
  static final int O_CLOEXEC = 0x80000;

  /** {@code <linux/fs.h>}. */
  static final long FICLONE = 0x40049409L;

  /** {@code <asm-generic/ioctls.h>}. */
  static final long TIOCGWINSZ = 0x5413;

  /** {@code <termios.h>}: after pending output, and without dropping input. */
  static final int TCSADRAIN = 1;

  /** {@code sizeof(struct termios)} of glibc on x86-64. */
  static final long TERMIOS_SIZE = 60;

  /** {@code <errno.h>}. */
  static final int ENXIO = 6;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

  private static final MethodHandle OPEN =
      bind(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
          firstVariadicArg(2));
  private static final MethodHandle CLOSE =
      bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle LSEEK =
      bind("lseek", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle FTRUNCATE =
      bind("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle COPY_FILE_RANGE =
      bind(
          "copy_file_range",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle IOCTL_INT =
      bind(
          "ioctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT),
          firstVariadicArg(2));
  private static final MethodHandle IOCTL =
      bind(
          "ioctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
          firstVariadicArg(2));
  private static final MethodHandle ISATTY =
      bind("isatty", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle TCGETATTR =
      bind("tcgetattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle TCSETATTR =
      bind("tcsetattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle CFMAKERAW =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("cfmakeraw"), FunctionDescriptor.ofVoid(ADDRESS));
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("strerror"),
          FunctionDescriptor.of(
              ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(256, JAVA_BYTE)), JAVA_INT));

  private Libc() {}

  static int open(String path, int flags, int mode) throws ErrnoException {
    return (int)
        call(
            "open " + path,
            (arena, state) -> (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags, mode));
  }

  static void close(int fd) throws ErrnoException {
    call("close", (_, state) -> (int) CLOSE.invokeExact(state, fd));
  }

  static long lseek(int fd, long offset, int whence) throws ErrnoException {
    return call("lseek", (_, state) -> (long) LSEEK.invokeExact(state, fd, offset, whence));
  }

  static void ftruncate(int fd, long length) throws ErrnoException {
    call("ftruncate", (_, state) -> (int) FTRUNCATE.invokeExact(state, fd, length));
  }

  /** Copies at most so many bytes from one offset to the same offset; returns how many it did. */
  static long copyFileRange(int from, int to, long offset, long length) throws ErrnoException {
    return call(
        "copy_file_range",
        (arena, state) -> {
          var in = arena.allocateFrom(JAVA_LONG, offset);
          var out = arena.allocateFrom(JAVA_LONG, offset);
          return (long) COPY_FILE_RANGE.invokeExact(state, from, in, to, out, length, 0);
        });
  }

  static void clone(int from, int to) throws ErrnoException {
    call("FICLONE", (_, state) -> (int) IOCTL_INT.invokeExact(state, to, FICLONE, from));
  }

  static void ioctl(int fd, long request, MemorySegment argument) throws ErrnoException {
    call("ioctl", (_, state) -> (int) IOCTL.invokeExact(state, fd, request, argument));
  }

  static boolean isatty(int fd) {
    try (var arena = Arena.ofConfined()) {
      return (int) ISATTY.invokeExact(arena.allocate(STATE), fd) == 1;
    } catch (Throwable e) {
      throw new AssertionError("isatty throws nothing", e);
    }
  }

  static void tcgetattr(int fd, MemorySegment termios) throws ErrnoException {
    call("tcgetattr", (_, state) -> (int) TCGETATTR.invokeExact(state, fd, termios));
  }

  static void tcsetattr(int fd, MemorySegment termios) throws ErrnoException {
    call("tcsetattr", (_, state) -> (int) TCSETATTR.invokeExact(state, fd, TCSADRAIN, termios));
  }

  static void cfmakeraw(MemorySegment termios) {
    try {
      CFMAKERAW.invokeExact(termios);
    } catch (Throwable e) {
      throw new AssertionError("cfmakeraw throws nothing", e);
    }
  }

  static String describe(int errno) {
    try {
      return ((MemorySegment) STRERROR.invokeExact(errno)).getString(0);
    } catch (Throwable e) {
      throw new AssertionError("strerror throws nothing", e);
    }
  }

  /** Runs one downcall with its own errno buffer: another call would overwrite a shared one. */
  static long call(String name, Downcall downcall) throws ErrnoException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(STATE);
      var result = downcall.invoke(arena, state);
      if (result == -1) {
        throw new ErrnoException(name, (int) ERRNO.get(state, 0L));
      }
      return result;
    } catch (ErrnoException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("downcalls throw nothing checked", e);
    }
  }

  static MethodHandle bind(String name, FunctionDescriptor type, Linker.Option... options) {
    var all = new Linker.Option[options.length + 1];
    all[0] = Linker.Option.captureCallState("errno");
    System.arraycopy(options, 0, all, 1, options.length);
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, all);
  }

  /** One call, given an arena for its arguments and the buffer that errno is captured in. */
  interface Downcall {
    long invoke(Arena arena, MemorySegment state) throws Throwable;
  }
}
