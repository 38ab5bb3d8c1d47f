package dev.kctl.image;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;

/** Makes what a test needs readable for another user. */
final class TestDirectories {
  private TestDirectories() {}

  static void makePassable(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
  }

  /** Copies this JVM's class path, which may lie in a home, and returns the copy's. */
  static String copyClassPath(Path target) throws IOException {
    Files.createDirectories(target);
    var given =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    var copies = new ArrayList<String>();
    for (var entry : given.split(File.pathSeparator, -1)) {
      var source = Path.of(entry);
      var copy = target.resolve(copies.size() + "-" + source.getFileName());
      copyTree(source, copy);
      copies.add(copy.toString());
    }
    return String.join(File.pathSeparator, copies);
  }

  private static void copyTree(Path source, Path target) throws IOException {
    if (!Files.exists(source)) {
      return;
    }
    try (var files = Files.walk(source)) {
      for (var file : (Iterable<Path>) files::iterator) {
        var copy = target.resolve(source.relativize(file).toString());
        var mode = Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--";
        Files.copy(file, copy);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString(mode));
      }
    }
  }
}
