package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** A log of any bytes: what a crash, a full disk or another hand left. */
class JsonFileFuzzTest {
  @TempDir private Path directory;

  @FuzzTest(maxDuration = "1m")
  void readsRecordsOrNamesWhatIsWrong(byte[] content) throws IOException {
    var file = Files.write(directory.resolve("log"), content);
    try {
      read(file);
    } catch (IOException expected) {
      assertThat(expected.getMessage()).isNotNull();
    }
  }

  @FuzzTest(maxDuration = "1m")
  void givesBackWhatAContainerWrote(byte[] output) throws IOException {
    var chunk = new OutputChunk(7, 1_700_000_000_123_456_789L, OutputStreamKind.STDERR, output);
    var line = JsonFileRecord.encode(3, chunk);
    var bytes = new byte[line.remaining()];
    line.get(bytes);
    var records = read(Files.write(directory.resolve("log"), bytes));
    assertThat(records).hasSize(1);
    var again = records.getFirst();
    assertThat(again.run()).isEqualTo(3);
    assertThat(again.chunk().data()).isEqualTo(output);
    assertThat(again.chunk().sequence()).isEqualTo(7);
    assertThat(again.chunk().timeNanos()).isEqualTo(chunk.timeNanos());
    assertThat(again.chunk().kind()).isEqualTo(OutputStreamKind.STDERR);
    assertThat(text(bytes).chars().filter(c -> c < ' ' && c != '\n')).isEmpty();
  }

  private static String text(byte[] bytes) {
    return StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static List<JsonFileRecord> read(Path file) throws IOException {
    var all = new ArrayList<JsonFileRecord>();
    try (var reader = JsonFileReader.open(file)) {
      for (var record = reader.next(); record.isPresent(); record = reader.next()) {
        all.add(record.get());
      }
    }
    return all;
  }
}
