package dev.kctl.engine;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads one log file, line by line; a line that is not complete yet is its end. */
final class JsonFileReader implements AutoCloseable {
  private final InputStream input;

  private JsonFileReader(InputStream input) {
    this.input = input;
  }

  static JsonFileReader open(Path file) throws IOException {
    return new JsonFileReader(new BufferedInputStream(Files.newInputStream(file), 64 * 1024));
  }

  Optional<JsonFileRecord> next() throws IOException {
    var line = new ByteArrayOutputStream(256);
    for (var b = input.read(); b >= 0; b = input.read()) {
      if (b == '\n') {
        return Optional.of(JsonFileRecord.decode(Json.parse(line.toByteArray())));
      }
      line.write(b);
    }
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
