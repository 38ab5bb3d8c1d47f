package dev.kctl.vmm.qemu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** The last line of a program's log, for a message. */
final class LogTail {
  private static final int LONGEST = 4096;

  private LogTail() {}

  /** Printable; empty where the program said nothing. */
  static String lastLine(Path log) {
    try (var file =
        FileChannel.open(log, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      var tail = ByteBuffer.allocate(LONGEST);
      file.position(Math.max(0, file.size() - LONGEST));
      while (tail.hasRemaining() && file.read(tail) >= 0) {}
      var text = StandardCharsets.UTF_8.decode(tail.flip()).toString();
      return text.lines()
          .filter(line -> !line.isBlank())
          .reduce("", (_, line) -> line)
          .strip()
          .replaceAll("[^\\p{Print}]", "?");
    } catch (IOException _) {
      return "";
    }
  }
}
