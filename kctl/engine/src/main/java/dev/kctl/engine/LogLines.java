package dev.kctl.engine;

import java.util.Arrays;
import java.util.function.Consumer;

/** Cuts a chunk of output into its lines, each with its end. */
final class LogLines {
  private LogLines() {}

  static void split(OutputChunk chunk, Consumer<OutputChunk> lines) {
    var data = chunk.data();
    var start = 0;
    for (var i = 0; i < data.length; i++) {
      if (data[i] == '\n' || i == data.length - 1) {
        lines.accept(
            new OutputChunk(
                chunk.sequence(),
                chunk.timeNanos(),
                chunk.kind(),
                Arrays.copyOfRange(data, start, i + 1)));
        start = i + 1;
      }
    }
  }
}
