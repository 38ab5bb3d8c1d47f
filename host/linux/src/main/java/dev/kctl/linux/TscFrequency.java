package dev.kctl.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * The rate of the host's time stamp counter. QEMU's emulation hands the counter itself to its
 * guests, and no file tells its rate: where the clock scales, {@code /proc/cpuinfo} names another
 * one.
 */
public final class TscFrequency {
  private static final Duration WINDOW = Duration.ofMillis(25);
  private static final int PAIRS = 32;

  /** {@code rdtsc; shl $32, %rdx; or %rdx, %rax; ret}. */
  private static final byte[] READ_COUNTER = {
    0x0f, 0x31, 0x48, (byte) 0xc1, (byte) 0xe2, 0x20, 0x48, 0x09, (byte) 0xd0, (byte) 0xc3
  };

  private TscFrequency() {}

  /** In kHz, within about ten millionths; takes 25 ms. Empty where the host does not allow it. */
  public static OptionalLong measureKhz() {
    if (!System.getProperty("os.arch").equals("amd64")) {
      return OptionalLong.empty();
    }
    var page = CodePage.of(READ_COUNTER);
    return page.isPresent() ? measure(page.get()) : OptionalLong.empty();
  }

  private static OptionalLong measure(CodePage page) {
    try (page) {
      var counter = page.function(FunctionDescriptor.of(ValueLayout.JAVA_LONG));
      var start = Reading.take(counter);
      Thread.sleep(WINDOW);
      return OptionalLong.of(Reading.take(counter).khzSince(start));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return OptionalLong.empty();
    }
  }

  /** Both clocks at one moment: of several tries the one whose two readings were closest. */
  private record Reading(long nanos, long ticks) {
    static Reading take(MethodHandle counter) {
      var narrowest = Long.MAX_VALUE;
      var best = new Reading(0, 0);
      for (var i = 0; i < PAIRS; i++) {
        var before = System.nanoTime();
        var ticks = read(counter);
        var after = System.nanoTime();
        if (after - before < narrowest) {
          narrowest = after - before;
          best = new Reading(before + (after - before) / 2, ticks);
        }
      }
      return best;
    }

    long khzSince(Reading start) {
      return Math.round((ticks - start.ticks) * 1e6 / (nanos - start.nanos));
    }

    private static long read(MethodHandle counter) {
      try {
        return (long) counter.invokeExact();
      } catch (Throwable e) {
        throw new AssertionError("rdtsc throws nothing", e);
      }
    }
  }
}
