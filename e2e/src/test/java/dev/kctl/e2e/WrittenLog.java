package dev.kctl.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The log files of a container that writes numbered lines, `o N` to standard output and `e N` to
 * standard error, beginning anew in each run.
 */
final class WrittenLog {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final TreeMap<Integer, Run> runs = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();

  private static final class Run {
    final NumberedLines out = new NumberedLines("o");
    final NumberedLines err = new NumberedLines("e");
    long sequence;
  }

  /** Reads what is there now; a line that the engine has not finished yet is not there. */
  static WrittenLog read(Path directory) throws IOException {
    var log = new WrittenLog();
    for (var number = 9; number >= 0; number--) {
      var file = directory.resolve(number == 0 ? "container.log" : "container.log." + number);
      if (Files.exists(file)) {
        log.readFile(file);
      }
    }
    return log;
  }

  /** How often the container was started, going by what it wrote. */
  int runs() {
    return runs.size();
  }

  /** Lines of all runs and both streams. */
  long lines() {
    return runs.values().stream().mapToLong(run -> run.out.last() + run.err.last()).sum();
  }

  List<String> faults() {
    var all = new ArrayList<>(faults);
    runs.forEach(
        (number, run) -> {
          run.out.faults().forEach(fault -> all.add("run " + number + ": " + fault));
          run.err.faults().forEach(fault -> all.add("run " + number + ": " + fault));
        });
    return all;
  }

  private void readFile(Path file) throws IOException {
    var text = Files.readString(file, StandardCharsets.UTF_8);
    var start = 0;
    for (var end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      record(MAPPER.readTree(text.substring(start, end)));
      start = end + 1;
    }
  }

  private void record(JsonNode record) {
    var run = runs.computeIfAbsent(record.path("run").asInt(), _ -> new Run());
    var sequence = record.path("seq").asLong();
    if (sequence <= run.sequence) {
      faults.add("number " + sequence + " after " + run.sequence);
    }
    run.sequence = sequence;
    var lines = record.path("stream").asText().equals("stderr") ? run.err : run.out;
    lines.take(record.path("log").asText());
  }
}
