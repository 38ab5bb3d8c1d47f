package dev.kctl.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lines of text over a socket. One thread reads; any may write. */
final class LineChannel {
  /** The longest line taken from the other side; a request that names 100,000 blobs fits. */
  static final int LONGEST = 8 << 20;

  private final SocketChannel channel;
  private final ByteBuffer incoming = ByteBuffer.allocate(16 << 10).flip();

  LineChannel(SocketChannel channel) {
    this.channel = channel;
  }

  /** The next line without its end; null at the end of the stream, also within a line. */
  @Nullable String readLine() throws IOException {
    var line = new ByteArrayOutputStream();
    while (true) {
      while (incoming.hasRemaining()) {
        var next = incoming.get();
        if (next == '\n') {
          return line.toString(StandardCharsets.UTF_8);
        }
        line.write(next);
        if (line.size() > LONGEST) {
          throw new IOException("a line is longer than " + LONGEST + " bytes");
        }
      }
      incoming.clear();
      var count = channel.read(incoming);
      incoming.flip();
      if (count < 0) {
        return null;
      }
    }
  }

  /** Writes the line and its end. */
  synchronized void writeLine(String line) throws IOException {
    var bytes = StandardCharsets.UTF_8.encode(line + "\n");
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
