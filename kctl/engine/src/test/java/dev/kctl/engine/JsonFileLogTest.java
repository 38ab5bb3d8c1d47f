package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonFileLogTest {
  @TempDir Path directory;

  @Test
  void writesDockersFormat() throws IOException, InterruptedException {
    write(1, chunk(7, "a\"b\\\n\tc\1"));
    assertThat(directory.resolve("container.log"))
        .hasContent(
            "{\"log\":\"a\\\"b\\\\\\n\\tc\\u0001\",\"stream\":\"stdout\","
                + "\"time\":\"1970-01-01T00:00:00.000000007Z\",\"run\":1,\"seq\":7}\n");
  }

  @Test
  void keepsBytesThatAreNoText() throws IOException, InterruptedException {
    var bytes = new byte[] {(byte) 0xff, 0, 'a', (byte) 0xc3};
    write(1, new OutputChunk(1, 1, OutputStreamKind.STDERR, bytes));
    var read = read();
    assertThat(read).hasSize(1);
    assertThat(read.getFirst().chunk().data()).isEqualTo(bytes);
    assertThat(read.getFirst().chunk().kind()).isEqualTo(OutputStreamKind.STDERR);
  }

  @Test
  void cutsATornLastLineAndGoesOnAfterIt() throws IOException, InterruptedException {
    write(1, chunk(1, "one"));
    write(1, chunk(2, "two"));
    var file = directory.resolve("container.log");
    Files.writeString(file, "{\"log\":\"thr", StandardOpenOption.APPEND);

    assertThat(JsonFileLog.lastSequence(directory, 1)).isEqualTo(2);
    write(1, chunk(3, "three"));
    assertThat(texts()).containsExactly("one", "two", "three");
  }

  @Test
  void anEmptyOrWhollyTornLogBeginsAnew() throws IOException, InterruptedException {
    Files.writeString(directory.resolve("container.log"), "{\"lo");
    write(1, chunk(1, "one"));
    assertThat(texts()).containsExactly("one");
  }

  @Test
  void rotatesAndForgetsTheOldest() throws IOException, InterruptedException {
    try (var log = open(new LogOptions(true, 300, 3))) {
      for (var i = 1; i <= 40; i++) {
        log.append(1, chunk(i, "line " + i));
      }
    }
    assertThat(JsonFileLog.files(directory)).hasSize(3);
    assertThat(texts()).endsWith("line 39", "line 40").doesNotContain("line 1");
    assertThat(JsonFileLog.lastSequence(directory, 1)).isEqualTo(40);
  }

  @Test
  void linesOfAnotherHandAreReadToo() throws IOException, InterruptedException {
    write(1, chunk(1, "tab\tquote\"back\\slash\nend"));
    write(1, chunk(2, "control\1"));
    Files.writeString(
        directory.resolve("container.log"),
        "{\"stream\":\"stderr\",\"seq\":3,\"log\":\"x\",\"run\":1,"
            + "\"time\":\"2026-11-25T10:00:00Z\"}\n"
            + "{\"log\":\"y\",\"stream\":\"stdout\",\"time\":\"2026-11-25T10:00:00.5Z\","
            + "\"run\":2,\"seq\":4}\n",
        StandardOpenOption.APPEND);
    assertThat(texts()).containsExactly("tab\tquote\"back\\slash\nend", "control\1", "x", "y");
    assertThat(read().getLast().run()).isEqualTo(2);
    assertThat(JsonFileRecord.time(read().getLast().chunk().timeNanos()))
        .hasToString("2026-11-25T10:00:00.500Z");
  }

  @Test
  void aLongLogIsReadToItsEnd() throws IOException, InterruptedException {
    try (var log = open(new LogOptions(true, 1 << 30, 3))) {
      for (var i = 1; i <= 100_000; i++) {
        log.append(1, chunk(i, "this is line " + i + "\n"));
      }
    }
    var count = 0;
    try (var reader = JsonFileReader.open(directory.resolve("container.log"))) {
      while (reader.next().isPresent()) {
        count++;
      }
    }
    assertThat(count).isEqualTo(100_000);
  }

  @Test
  void aFullDiskHoldsTheWriterBackAndLosesNothing() throws IOException, InterruptedException {
    var room = new AtomicLong(0);
    try (var log =
        JsonFileLog.open(directory, LogOptions.USUAL, new HostRoom(room::get, 1 << 20))) {
      var writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      log.append(1, chunk(1, "late"));
                    } catch (IOException | InterruptedException e) {
                      throw new AssertionError(e);
                    }
                  });
      assertThat(writer.join(Duration.ofMillis(400))).isFalse();
      assertThat(texts()).isEmpty();
      room.set(1 << 30);
      assertThat(writer.join(Duration.ofMinutes(2))).isTrue();
    }
    assertThat(texts()).containsExactly("late");
  }

  @Test
  void oneFileAloneBeginsAnewWhenFull() throws IOException, InterruptedException {
    try (var log = open(new LogOptions(true, 300, 1))) {
      for (var i = 1; i <= 10; i++) {
        log.append(1, chunk(i, "line " + i));
      }
    }
    assertThat(JsonFileLog.files(directory)).hasSize(1);
    assertThat(texts()).endsWith("line 10").doesNotContain("line 1");
  }

  @Test
  void numbersBelongToARun() throws IOException, InterruptedException {
    write(1, chunk(9, "first"));
    write(2, chunk(2, "second"));
    assertThat(JsonFileLog.lastSequence(directory, 2)).isEqualTo(2);
    assertThat(JsonFileLog.lastSequence(directory, 3)).isZero();
  }

  private void write(int run, OutputChunk chunk) throws IOException, InterruptedException {
    try (var log = open(LogOptions.USUAL)) {
      log.append(run, chunk);
    }
  }

  private JsonFileLog open(LogOptions options) throws IOException {
    return JsonFileLog.open(directory, options, new HostRoom(() -> Long.MAX_VALUE, 0));
  }

  private List<String> texts() throws IOException {
    return read().stream()
        .map(record -> new String(record.chunk().data(), StandardCharsets.UTF_8))
        .toList();
  }

  private List<JsonFileRecord> read() throws IOException {
    var all = new ArrayList<JsonFileRecord>();
    for (var file : JsonFileLog.files(directory)) {
      try (var reader = JsonFileReader.open(file)) {
        for (var next = reader.next(); next.isPresent(); next = reader.next()) {
          all.add(next.get());
        }
      }
    }
    return all;
  }

  private static OutputChunk chunk(long sequence, String text) {
    return new OutputChunk(
        sequence, sequence, OutputStreamKind.STDOUT, text.getBytes(StandardCharsets.UTF_8));
  }
}
