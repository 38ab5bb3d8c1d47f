package dev.kctl.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a container's kernel and VMM wrote while its machine started and ran. The guest's kernel is
 * the container's own, so what it writes is as hostile as the container: escaped and bounded.
 */
final class BootLog {
  /** The keeper keeps the beginning and the last of what a process writes in these. */
  private static final List<String> PARTS = List.of("", ".tail.1", ".tail");

  private static final int MOST_BYTES = 4 << 20;

  private BootLog() {}

  static byte[] read(ContainerDirectory files) throws IOException {
    var out = new ByteArrayOutputStream();
    var console = MachineFiles.console(files);
    for (var part : PARTS) {
      append(out, console.resolveSibling(console.getFileName() + part));
    }
    return out.toByteArray();
  }

  private static void append(ByteArrayOutputStream out, Path part) throws IOException {
    try (var input = Files.newInputStream(part, LinkOption.NOFOLLOW_LINKS)) {
      escape(out, input.readNBytes(Math.max(0, MOST_BYTES - out.size())));
    } catch (NoSuchFileException e) {
      // Never written so much.
    }
  }

  private static void escape(ByteArrayOutputStream out, byte[] bytes) {
    var text = new String(bytes, StandardCharsets.UTF_8).replace("\r\n", "\n");
    var escaped = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              var odd = Character.isISOControl(c) || Character.getType(c) == Character.FORMAT;
              if (odd && c != '\n' && c != '\t') {
                escaped.append(String.format("\\u%04x", c));
              } else {
                escaped.appendCodePoint(c);
              }
            });
    out.writeBytes(escaped.toString().getBytes(StandardCharsets.UTF_8));
  }
}
