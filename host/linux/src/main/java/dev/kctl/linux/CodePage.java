package dev.kctl.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** A page of memory with a few machine instructions that Java has no words for. */
@SuppressWarnings("restricted")
record CodePage(MemorySegment memory) implements AutoCloseable {
  private static final long SIZE = 4096;
  private static final int PROT_READ_WRITE = 0x3;
  private static final int PROT_READ_EXEC = 0x5;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final long MAP_FAILED = -1;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle MMAP =
      bind(
          "mmap",
          FunctionDescriptor.of(
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle MPROTECT =
      bind(
          "mprotect",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));
  private static final MethodHandle MUNMAP =
      bind(
          "munmap",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));

  /** Empty where the host forbids memory that was written to be executed. */
  static Optional<CodePage> of(byte[] instructions) {
    try {
      var address =
          (MemorySegment)
              MMAP.invokeExact(0L, SIZE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
      if (address.address() == MAP_FAILED) {
        return Optional.empty();
      }
      var page = new CodePage(address.reinterpret(SIZE));
      MemorySegment.copy(
          instructions, 0, page.memory, ValueLayout.JAVA_BYTE, 0, instructions.length);
      if ((int) MPROTECT.invokeExact(address, SIZE, PROT_READ_EXEC) != 0) {
        page.close();
        return Optional.empty();
      }
      return Optional.of(page);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("downcalls throw nothing checked", e);
    }
  }

  MethodHandle function(FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(memory, descriptor);
  }

  @Override
  public void close() {
    try {
      var _ = (int) MUNMAP.invokeExact(memory, SIZE);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("downcalls throw nothing checked", e);
    }
  }

  private static MethodHandle bind(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
  }
}
