package dev.kctl.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Inflates gzip members by Intel's ISA-L, about twice as fast as zlib, on machines that have it.
 * For one thread.
 */
@SuppressWarnings("restricted") // calls into libisal
public final class Isal implements AutoCloseable {
  private static final String LIBRARY = "libisal.so.2";

  /** {@code struct inflate_state} of {@code <isa-l/igzip_lib.h>}, version 2, on x86-64. */
  private static final long STATE_SIZE = 87_368;

  private static final long NEXT_OUT = 0;
  private static final long AVAIL_OUT = 8;
  private static final long NEXT_IN = 16;
  private static final long AVAIL_IN = 32;
  private static final long BLOCK_STATE = 21_160;
  private static final long CRC_FLAG = 21_172;

  /** The header has been read already; length and CRC behind the data are checked. */
  private static final int ISAL_GZIP_NO_HDR_VER = 6;

  private static final int ISAL_BLOCK_FINISH = 5;
  private static final int ISAL_INCORRECT_CHECKSUM = -6;

  private static final Optional<Library> FOUND = find();

  private final Library library;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment state = arena.allocate(STATE_SIZE, 64);
  private final MemorySegment input;
  private final MemorySegment output;

  private Isal(Library library, int capacity) {
    this.library = library;
    input = arena.allocate(capacity);
    output = arena.allocate(capacity);
  }

  /** Whether this machine has the library, in the one version whose structures are known. */
  public static boolean isAvailable() {
    return FOUND.isPresent();
  }

  /**
   * An inflater for one thread.
   *
   * @param capacity bytes that one {@link #offer} and one {@link #inflate} can take at most
   * @throws IllegalStateException where the library is not there
   */
  public static Isal open(int capacity) {
    return new Isal(FOUND.orElseThrow(() -> new IllegalStateException("no " + LIBRARY)), capacity);
  }

  /** Starts with the data of another member, behind its header. */
  public void startMember() {
    call(
        () -> {
          library.init.invokeExact(state);
          return 0;
        });
    state.set(JAVA_INT, CRC_FLAG, ISAL_GZIP_NO_HDR_VER);
    state.set(JAVA_INT, AVAIL_IN, 0);
  }

  /** Gives it the next bytes, copied; all those before must have been consumed. */
  public void offer(byte[] bytes, int offset, int length) {
    MemorySegment.copy(bytes, offset, input, JAVA_BYTE, 0, length);
    state.set(ADDRESS, NEXT_IN, input);
    state.set(JAVA_INT, AVAIL_IN, length);
  }

  /** Offered bytes that have not been taken yet. */
  public int remaining() {
    return state.get(JAVA_INT, AVAIL_IN);
  }

  /**
   * Inflates what it can.
   *
   * @return bytes put into the target; 0 where more must be offered, or at the member's end
   * @throws CorruptDataException where this is not, or no longer, what was deflated
   */
  public int inflate(byte[] target, int offset, int length) throws CorruptDataException {
    var room = (int) Math.min(length, output.byteSize());
    state.set(ADDRESS, NEXT_OUT, output);
    state.set(JAVA_INT, AVAIL_OUT, room);
    var status = call(() -> (int) library.inflate.invokeExact(state));
    if (status != 0) {
      throw new CorruptDataException(
          status == ISAL_INCORRECT_CHECKSUM
              ? "its CRC or length does not match"
              : "ISA-L reports error " + status);
    }
    var count = room - state.get(JAVA_INT, AVAIL_OUT);
    MemorySegment.copy(output, JAVA_BYTE, 0, target, offset, count);
    return count;
  }

  /** Whether the member has ended, its length and CRC being right. */
  public boolean isFinished() {
    return state.get(JAVA_INT, BLOCK_STATE) == ISAL_BLOCK_FINISH;
  }

  @Override
  public void close() {
    arena.close();
  }

  private static Optional<Library> find() {
    try {
      var symbols = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
      var linker = Linker.nativeLinker();
      return Optional.of(
          new Library(
              linker.downcallHandle(
                  symbols.findOrThrow("isal_inflate_init"), FunctionDescriptor.ofVoid(ADDRESS)),
              linker.downcallHandle(
                  symbols.findOrThrow("isal_inflate"), FunctionDescriptor.of(JAVA_INT, ADDRESS))));
    } catch (IllegalArgumentException | NoSuchElementException _) {
      return Optional.empty();
    }
  }

  private static int call(Downcall downcall) {
    try {
      return downcall.invoke();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("downcalls throw nothing checked", e);
    }
  }

  private interface Downcall {
    int invoke() throws Throwable;
  }

  private record Library(MethodHandle init, MethodHandle inflate) {}

  /** The bytes are not what gzip's deflate made. */
  public static final class CorruptDataException extends Exception {
    CorruptDataException(String message) {
      super(message);
    }
  }
}
