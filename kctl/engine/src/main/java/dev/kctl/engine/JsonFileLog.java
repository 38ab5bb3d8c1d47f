package dev.kctl.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * A container's log: one JSON object on each line, as Docker's json-file driver writes it, one for
 * each chunk the guest numbered. A line is there whole or, after a crash, cut off and removed by
 * the next opening; what followed it is then asked of the guest again.
 */
final class JsonFileLog implements ContainerLog {
  private static final String NAME = "container.log";

  private final Path directory;
  private final LogOptions options;
  private final HostRoom room;
  private FileChannel file;
  private long size;
  private volatile boolean closed;

  private JsonFileLog(Path directory, LogOptions options, HostRoom room, FileChannel file)
      throws IOException {
    this.directory = directory;
    this.options = options;
    this.room = room;
    this.file = file;
    this.size = file.size();
  }

  /** Opens the log for appending, a torn last line cut off. */
  static JsonFileLog open(Path directory, LogOptions options, HostRoom room) throws IOException {
    DurableFiles.directory(directory);
    var file = openFile(directory);
    cutTornLine(file);
    return new JsonFileLog(directory, options, room, file);
  }

  /** Writes one chunk; it is in the file, though maybe not on the disk, when this returns. */
  @Override
  public void append(int run, OutputChunk chunk) throws IOException, InterruptedException {
    var line = JsonFileRecord.encode(run, chunk);
    while (!closed) {
      if (!room.isLow()) {
        try {
          write(line.duplicate());
          return;
        } catch (IOException e) {
          if (!isNoSpace(e)) {
            throw e;
          }
        }
      }
      room.pause();
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    synchronized (this) {
      file.close();
    }
  }

  /** A line is in the file whole, or nothing of it is. */
  private synchronized void write(ByteBuffer line) throws IOException {
    if (size > 0 && size + line.remaining() > options.maxBytes()) {
      rotate();
    }
    var end = size + line.remaining();
    try {
      while (line.hasRemaining()) {
        file.write(line);
      }
      size = end;
    } catch (IOException e) {
      truncate(file, size);
      throw e;
    }
  }

  private static boolean isNoSpace(IOException e) {
    return String.valueOf(e.getMessage()).contains("No space left on device");
  }

  /** The files of a log that are there, oldest first. */
  static List<Path> files(Path directory) {
    var files = new ArrayList<Path>();
    for (var number = 0; ; number++) {
      var file = numbered(directory, number);
      if (Files.exists(file)) {
        files.add(file);
      } else if (number > 0) {
        break;
      }
    }
    Collections.reverse(files);
    return files;
  }

  /** The number of the last chunk of a run that is in the log; 0 where there is none. */
  static long lastSequence(Path directory, int run) throws IOException {
    var last = 0L;
    for (var file : files(directory)) {
      try (var records = JsonFileReader.open(file)) {
        for (var record = records.next(); record.isPresent(); record = records.next()) {
          if (record.get().run() == run) {
            last = Math.max(last, record.get().chunk().sequence());
          }
        }
      } catch (NoSuchFileException e) {
        // Rotated away meanwhile.
      }
    }
    return last;
  }

  private void rotate() throws IOException {
    file.close();
    if (options.maxFiles() == 1) {
      Files.delete(numbered(directory, 0));
    }
    for (var number = options.maxFiles() - 1; number > 0; number--) {
      var from = numbered(directory, number - 1);
      if (Files.exists(from)) {
        Files.move(from, numbered(directory, number), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    file = openFile(directory);
    size = file.size();
  }

  private static Path numbered(Path directory, int number) {
    return directory.resolve(number == 0 ? NAME : NAME + "." + number);
  }

  private static FileChannel openFile(Path directory) throws IOException {
    var file =
        FileChannel.open(
            numbered(directory, 0),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    file.position(file.size());
    return file;
  }

  private static void cutTornLine(FileChannel file) throws IOException {
    var one = ByteBuffer.allocate(4096);
    var end = file.size();
    while (end > 0) {
      var start = Math.max(0, end - one.capacity());
      one.clear().limit((int) (end - start));
      file.read(one, start);
      for (var i = one.position() - 1; i >= 0; i--) {
        if (one.get(i) == '\n') {
          truncate(file, start + i + 1);
          return;
        }
      }
      end = start;
    }
    truncate(file, 0);
  }

  private static void truncate(FileChannel file, long size) throws IOException {
    if (size < file.size()) {
      file.truncate(size);
    }
    file.position(size);
  }
}
