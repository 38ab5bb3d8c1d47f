package dev.kctl.engine;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.HashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends on one connection: request heads, bodies and, after a hijack, raw bytes.
 *
 * <p>Exactly what belongs to a request is consumed, so bytes that follow it early (a container's
 * standard input) stay here for whoever reads next. Written for blocking reads on virtual threads:
 * netty 4.2 ignores {@code ALLOW_HALF_CLOSURE} on Unix sockets (it looks for a SocketChannelConfig,
 * which NioDomainSocketChannel has not), and a client's half-close would end its output too.
 */
final class HttpInput extends InputStream {
  private static final int MAX_LINE = 64 * 1024;
  private static final int MAX_HEADERS = 200;

  private final ReadableByteChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(8 * 1024).flip();
  private @Nullable CompletableFuture<Integer> filling;

  HttpInput(ReadableByteChannel channel) {
    this.channel = channel;
  }

  /** The next request's head; empty where the client has closed the connection between requests. */
  Optional<HttpRequest> head() throws IOException {
    var first = line();
    while (first != null && first.isEmpty()) {
      first = line();
    }
    if (first == null) {
      return Optional.empty();
    }
    var words = first.split(" ", -1);
    if (words.length != 3 || !words[2].startsWith("HTTP/1.") || !words[1].startsWith("/")) {
      throw new EngineException.InvalidParameter("malformed HTTP request line");
    }
    var headers = new HashMap<String, String>();
    for (var line = line(); line == null || !line.isEmpty(); line = line()) {
      if (line == null) {
        throw new EOFException("connection closed inside a request's head");
      }
      var colon = line.indexOf(':');
      if (colon <= 0 || headers.size() >= MAX_HEADERS) {
        throw new EngineException.InvalidParameter("malformed HTTP header");
      }
      var name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      headers.merge(name, line.substring(colon + 1).trim(), (a, b) -> a + ", " + b);
    }
    return Optional.of(HttpRequest.of(words[0], words[1], headers, words[2].equals("HTTP/1.1")));
  }

  /** A line without its end; null at the end of the stream. */
  @Nullable String line() throws IOException {
    var bytes = new StringBuilder();
    for (var b = read(); b != '\n'; b = read()) {
      if (b < 0) {
        return bytes.isEmpty() ? null : bytes.toString();
      }
      if (bytes.length() >= MAX_LINE) {
        throw new EngineException.InvalidParameter("HTTP line longer than " + MAX_LINE);
      }
      bytes.append((char) b);
    }
    var end = bytes.length();
    return bytes.substring(0, end > 0 && bytes.charAt(end - 1) == '\r' ? end - 1 : end);
  }

  @Override
  public int read() throws IOException {
    return fill() ? buffer.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (!fill()) {
      return -1;
    }
    var count = Math.min(length, buffer.remaining());
    buffer.get(target, offset, count);
    return count;
  }

  /**
   * Completes when the client goes away while nothing is expected of it; never where it sends
   * something, which is kept. What a read does afterwards waits for this one.
   */
  CompletableFuture<Void> closed() {
    var closed = new CompletableFuture<Void>();
    // While a background read is under way the buffer is the reader's alone.
    if (filling == null && !buffer.hasRemaining()) {
      filling = fillInBackground();
    }
    if (filling != null) {
      var _ =
          filling.thenAccept(
              count -> {
                if (count < 0) {
                  closed.complete(null);
                }
              });
    }
    return closed;
  }

  private CompletableFuture<Integer> fillInBackground() {
    var result = new CompletableFuture<Integer>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                result.complete(readIntoBuffer());
              } catch (IOException e) {
                result.complete(-1);
              }
            });
    return result;
  }

  /** Makes sure that the buffer has something; false at the end of the stream. */
  private boolean fill() throws IOException {
    var reading = filling;
    if (reading != null) {
      filling = null;
      return reading.join() > 0;
    }
    return buffer.hasRemaining() || readIntoBuffer() > 0;
  }

  private int readIntoBuffer() throws IOException {
    buffer.clear();
    var count = -1;
    try {
      count = channel.read(buffer);
    } finally {
      buffer.flip();
    }
    return count;
  }
}
