package dev.kctl.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Reads one log file, line by line; a line that is not complete yet is its end. */
final class JsonFileReader implements AutoCloseable {
  private static final int BUFFER = 128 * 1024;

  private final InputStream input;
  private final JsonFileLine fast = new JsonFileLine();
  private byte[] buffer = new byte[BUFFER];
  private int start;
  private int filled;

  private JsonFileReader(InputStream input) {
    this.input = input;
  }

  static JsonFileReader open(Path file) throws IOException {
    return new JsonFileReader(Files.newInputStream(file));
  }

  Optional<JsonFileRecord> next() throws IOException {
    var from = start;
    while (true) {
      for (var i = from; i < filled; i++) {
        if (buffer[i] == '\n') {
          var begin = start;
          start = i + 1;
          return Optional.of(record(begin, i));
        }
      }
      var scanned = filled - start;
      if (!fill()) {
        return Optional.empty();
      }
      from = start + scanned;
    }
  }

  private JsonFileRecord record(int from, int to) throws IOException {
    var record = fast.parse(buffer, from, to);
    return record != null
        ? record
        : JsonFileRecord.decode(Json.parse(Arrays.copyOfRange(buffer, from, to)));
  }

  /** Gets more of the file behind what is not read yet. */
  private boolean fill() throws IOException {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, filled - start);
      filled -= start;
      start = 0;
    }
    if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    var n = input.read(buffer, filled, buffer.length - filled);
    if (n <= 0) {
      return false;
    }
    filled += n;
    return true;
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
