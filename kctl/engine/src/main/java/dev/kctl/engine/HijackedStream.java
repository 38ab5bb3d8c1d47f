package dev.kctl.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** A connection after its hijack: bytes both ways, each direction closed on its own. */
final class HijackedStream {
  /** How long a client may take to notice the end of the output before it is cut off. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(10);

  private final HttpInput input;
  private final SocketChannel channel;

  HijackedStream(HttpInput input, SocketChannel channel) {
    this.input = input;
    this.channel = channel;
  }

  /** What the client sends; its end is the client's half-close. */
  InputStream input() {
    return input;
  }

  void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * Ends the output, and returns when the client has closed its side as well.
   *
   * <p>The reader of the input must go on reading and throwing away meanwhile: on a Unix socket a
   * close with unread input reaches the peer as ECONNRESET.
   *
   * @param reader the thread that reads {@link #input} to its end
   */
  void finish(Thread reader) throws IOException {
    channel.shutdownOutput();
    try {
      if (!reader.join(LAST_WORDS)) {
        channel.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      channel.close();
    }
  }

  /** Leaves at once: the client has detached. */
  void close() throws IOException {
    channel.close();
  }
}
