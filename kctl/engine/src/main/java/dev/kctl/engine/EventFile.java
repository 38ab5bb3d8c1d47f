package dev.kctl.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The last events, one JSON object a line, in two files of bounded size: what an earlier engine
 * told is not lost with it. After a crash the last line may be torn; it is skipped.
 */
final class EventFile {
  private static final long MAX_BYTES = 1 << 20;

  private final Path file;
  private final Path older;
  private final long maxBytes;

  EventFile(Path root) {
    this(root, MAX_BYTES);
  }

  EventFile(Path root, long maxBytes) {
    this.file = root.resolve("events");
    this.older = root.resolve("events.1");
    this.maxBytes = maxBytes;
  }

  void append(EngineEvent event) throws IOException {
    var json = Json.bytes(event.toJson());
    // The line's end comes first: it ends what a crash may have left without one.
    var line = ByteBuffer.allocate(json.length + 2).put((byte) '\n').put(json).put((byte) '\n');
    if (Files.exists(file) && Files.size(file) + line.position() > maxBytes) {
      Files.move(file, older, StandardCopyOption.REPLACE_EXISTING);
    }
    line.flip();
    try (var channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      while (line.hasRemaining()) {
        channel.write(line);
      }
    }
  }

  /** Every event that is kept, the oldest first. */
  void each(Consumer<EngineEvent> sink) throws IOException {
    for (var part : new Path[] {older, file}) {
      try (var lines = Files.newBufferedReader(part)) {
        each(lines, sink);
      } catch (NoSuchFileException e) {
        // Nothing happened yet, or not enough.
      }
    }
  }

  private static void each(BufferedReader lines, Consumer<EngineEvent> sink) throws IOException {
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      try {
        sink.accept(EngineEvent.fromJson(Json.parse(line.getBytes(StandardCharsets.UTF_8))));
      } catch (IOException e) {
        // Empty, or torn by a crash.
      }
    }
  }
}
