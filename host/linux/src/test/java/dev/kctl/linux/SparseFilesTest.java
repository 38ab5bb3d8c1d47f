package dev.kctl.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparseFilesTest {
  private static final long LARGE = 1L << 27;

  @TempDir private Path directory;

  @Test
  void copiesDataAndLeavesHoles() throws IOException {
    var source = directory.resolve("source");
    try (var file = new RandomAccessFile(source.toFile(), "rw")) {
      file.setLength(LARGE);
      file.seek(LARGE / 2);
      file.write(new byte[] {1, 2, 3});
      file.seek(LARGE - 1);
      file.write(9);
    }
    var target = directory.resolve("target");
    SparseFiles.copy(source, target);
    assertThat(Files.mismatch(source, target)).isEqualTo(-1);
    assertThat(blocks(target)).isLessThan(1 << 20);
  }

  @Test
  void copiesAFileThatIsAllHole() throws IOException {
    var source = directory.resolve("source");
    try (var file = new RandomAccessFile(source.toFile(), "rw")) {
      file.setLength(LARGE);
    }
    SparseFiles.copy(source, directory.resolve("target"));
    assertThat(directory.resolve("target")).hasSize(LARGE);
  }

  @Test
  void refusesToReplaceAFile() throws IOException {
    var source = Files.writeString(directory.resolve("source"), "new");
    var target = Files.writeString(directory.resolve("target"), "old");
    assertThatIOException()
        .isThrownBy(() -> SparseFiles.copy(source, target))
        .withMessageContaining(target.toString())
        .withMessageContaining("File exists");
    assertThat(target).hasContent("old");
  }

  private static long blocks(Path file) throws IOException {
    var du = new ProcessBuilder("du", "-k", file.toString()).start();
    var words = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return Long.parseLong(words.split("\t", 2)[0]) * 1024;
  }
}
