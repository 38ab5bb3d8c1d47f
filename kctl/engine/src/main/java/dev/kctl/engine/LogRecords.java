package dev.kctl.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All records of a log, oldest first, though it may be rotated while it is read. */
final class LogRecords {
  private static final int TRIES = 20;

  private LogRecords() {}

  /** Takes a record. */
  interface Sink {
    void accept(JsonFileRecord record) throws IOException;
  }

  /** Hands on what is there now. */
  static void each(Path directory, Sink sink) throws IOException {
    var readers = open(directory);
    try {
      for (var reader : readers) {
        for (var next = reader.next(); next.isPresent(); next = reader.next()) {
          sink.accept(next.get());
        }
      }
    } finally {
      for (var reader : readers) {
        reader.close();
      }
    }
  }

  /** All files at once: one renamed in between would be read twice or not at all. */
  private static List<JsonFileReader> open(Path directory) throws IOException {
    for (var attempt = 1; ; attempt++) {
      var readers = new ArrayList<JsonFileReader>();
      var before = keys(directory);
      try {
        for (var file : JsonFileLog.files(directory)) {
          readers.add(JsonFileReader.open(file));
        }
        if (before.equals(keys(directory)) || attempt == TRIES) {
          return readers;
        }
      } catch (NoSuchFileException e) {
        // Rotated away meanwhile: once more.
        if (attempt == TRIES) {
          return readers;
        }
      }
      for (var reader : readers) {
        reader.close();
      }
    }
  }

  private static List<Object> keys(Path directory) throws IOException {
    var keys = new ArrayList<Object>();
    for (var file : JsonFileLog.files(directory)) {
      try {
        keys.add(Files.getAttribute(file, "unix:ino"));
      } catch (NoSuchFileException e) {
        keys.add(file);
      }
    }
    return keys;
  }
}
