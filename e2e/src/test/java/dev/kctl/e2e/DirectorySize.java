package dev.kctl.e2e;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a directory takes on the disk: blocks, so that sparse files count as they are. */
final class DirectorySize {
  private DirectorySize() {}

  static long of(Path directory) {
    try (var du = Started.start(List.of("du", "-sk", directory.toString()), Map.of())) {
      return Long.parseLong(du.await().stdout().split("\t", 2)[0]) * 1024;
    }
  }
}
