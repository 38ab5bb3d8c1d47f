package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerIndexTest {
  @TempDir Path root;

  private final ContainerIndex.Row row =
      new ContainerIndex.Row(
          "aa",
          "web",
          "demo:1",
          "sh -c 'a\tb\nc\\d'",
          10,
          "running",
          11,
          0,
          0,
          42,
          4711,
          "healthy",
          "",
          "a=b");

  @Test
  void readsBackWhatItWrites() throws IOException {
    var index = new ContainerIndex("boot", "build", List.of(row));
    Files.writeString(root.resolve("index"), index.text());

    var read = ContainerIndex.read(root.toFile());
    assertThat(read.rows()).containsExactly(row);
    assertThat(read.bootId()).isEqualTo("boot");
    assertThat(read.buildId()).isEqualTo("build");
  }

  @Test
  void refusesAFileThatIsCutShort() throws IOException {
    var text = new ContainerIndex("boot", "build", List.of(row)).text();
    Files.writeString(root.resolve("index"), text.substring(0, text.length() - 3));

    assertThatThrownBy(() -> ContainerIndex.read(root.toFile())).isInstanceOf(IOException.class);
  }

  @Test
  void refusesAnotherFormat() throws IOException {
    Files.writeString(root.resolve("index"), "kctl-index 1 boot build\n");

    assertThatThrownBy(() -> ContainerIndex.read(root.toFile())).isInstanceOf(IOException.class);
  }

  @Test
  void readsBackImagesToo() throws IOException {
    var image = new ImageIndexFile.Row("sha256:aa", "demo:1,demo:2", "", 10, 20, "k=a,b");
    Files.createDirectory(root.resolve("images"));
    Files.writeString(
        root.resolve("images/index"), new ImageIndexFile("build", List.of(image)).text("boot"));

    assertThat(ImageIndexFile.read(root.toFile()).rows()).containsExactly(image);
  }
}
