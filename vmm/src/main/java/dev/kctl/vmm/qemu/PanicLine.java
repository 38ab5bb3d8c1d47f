package dev.kctl.vmm.qemu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the guest's kernel said when it panicked. A container's processes cannot write to the
 * console, except privileged ones through {@code /dev/kmsg}, and those can panic the kernel too.
 */
final class PanicLine {
  /** A call trace follows the line; this is several times the longest. */
  private static final int TAIL = 64 * 1024;

  private static final int LONGEST = 300;

  /**
   * The keeper writes what was in the pipe within this time of the VMM's end, also on a busy host.
   * Only a reset without a panic takes all of it, and hardly any reset is one.
   */
  private static final Duration DRAINED = Duration.ofSeconds(5);

  private static final Duration INTERVAL = Duration.ofMillis(5);

  private static final Pattern LINE =
      Pattern.compile("^(?:\\[ *[0-9.]+] *)?Kernel panic - not syncing: (.*)$", Pattern.MULTILINE);

  private PanicLine() {}

  /** Waits a moment for the log to be complete; empty where the kernel did not panic. */
  static Optional<String> await(Path console) {
    var deadline = System.nanoTime() + DRAINED.toNanos();
    while (true) {
      var line = find(console);
      if (line.isPresent() || System.nanoTime() > deadline) {
        return line;
      }
      try {
        Thread.sleep(INTERVAL);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return line;
      }
    }
  }

  /** The last one in the log's parts; printable. */
  static Optional<String> find(Path console) {
    var text =
        List.of("", ".tail.1", ".tail").stream()
            .map(suffix -> tail(console.resolveSibling(console.getFileName() + suffix)))
            .collect(Collectors.joining());
    return LINE.matcher(text)
        .results()
        .reduce((_, last) -> last)
        .map(match -> match.group(1).strip().replaceAll("[^\\p{Print}]", "?"))
        .map(line -> line.substring(0, Math.min(LONGEST, line.length())));
  }

  private static String tail(Path file) {
    try (var log =
        FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      var tail = ByteBuffer.allocate(TAIL);
      log.position(Math.max(0, log.size() - TAIL));
      while (tail.hasRemaining() && log.read(tail) >= 0) {}
      return StandardCharsets.ISO_8859_1.decode(tail.flip()).toString();
    } catch (IOException _) {
      return "";
    }
  }
}
