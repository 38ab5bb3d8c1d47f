package dev.kctl.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A directory of one test, gone with it; jqwik has none of JUnit's. */
final class TestDirectory implements AutoCloseable {
  private final Path path;

  TestDirectory() throws IOException {
    path = Files.createTempDirectory("kctl-net-test");
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    try (var files = Files.walk(path)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
