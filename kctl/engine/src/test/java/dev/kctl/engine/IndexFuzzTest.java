package dev.kctl.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** The files that the hot tier prints from: of any bytes, and of rows with any text. */
class IndexFuzzTest {
  @TempDir private Path root;

  @FuzzTest(maxDuration = "1m")
  void readsAnIndexOrSaysThatItIsNone(byte[] content) throws IOException {
    Files.write(root.resolve("index"), content);
    Files.createDirectories(root.resolve("images"));
    Files.write(root.resolve("images/index"), content);
    try {
      ContainerIndex.read(root.toFile());
    } catch (IOException expected) {
      assertThat(expected.getMessage()).isNotNull();
    }
    try {
      ImageIndexFile.read(root.toFile());
    } catch (IOException expected) {
      assertThat(expected.getMessage()).isNotNull();
    }
  }

  @FuzzTest(maxDuration = "1m")
  void givesRowsBackAsTheyWereWritten(FuzzedDataProvider data) throws IOException {
    var row =
        new ImageIndexFile.Row(
            text(data), text(data), text(data), data.consumeLong(), data.consumeLong(), text(data));
    var written = new ImageIndexFile("build", List.of(row, row)).text("boot");
    Files.createDirectories(root.resolve("images"));
    Files.writeString(root.resolve("images/index"), written);
    assertThat(ImageIndexFile.read(root.toFile()).rows()).containsExactly(row, row);
  }

  /** Text that UTF-8 can hold: what Java calls one may have half characters. */
  private static String text(FuzzedDataProvider data) {
    return new String(data.consumeString(40).getBytes(UTF_8), UTF_8);
  }
}
