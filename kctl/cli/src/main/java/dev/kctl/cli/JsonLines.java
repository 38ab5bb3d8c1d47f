package dev.kctl.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** A stream of JSON objects, one a line. */
final class JsonLines {
  private static final int LONGEST = 16 << 20;

  private final InputStream in;
  private final byte[] buffer = new byte[8192];
  private int at;
  private int end;

  JsonLines(InputStream in) {
    this.in = in;
  }

  /** The next line that is not empty; an empty text at the stream's end. */
  String next() throws IOException {
    var line = new ByteArrayOutputStream(512);
    while (true) {
      if (at == end && !fill()) {
        return line.toString(StandardCharsets.UTF_8);
      }
      var b = buffer[at++];
      if (b != '\n' && b != '\r') {
        line.write(b);
      } else if (line.size() > 0) {
        return line.toString(StandardCharsets.UTF_8);
      }
      if (line.size() > LONGEST) {
        throw new IOException("a line of the engine's answer is longer than " + LONGEST);
      }
    }
  }

  private boolean fill() throws IOException {
    var count = in.read(buffer);
    at = 0;
    end = Math.max(0, count);
    return count > 0;
  }
}
