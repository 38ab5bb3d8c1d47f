package dev.kctl.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One HTTP/1.1 connection to a Unix socket: one request at a time, bodies in both directions, and
 * the upgrade that turns it into a raw stream. Small because every cold command pays for it.
 */
final class HttpConnection implements AutoCloseable {
  private static final int LONGEST_LINE = 64 * 1024;

  private final SocketChannel channel;
  private final ByteBuffer received = ByteBuffer.allocate(64 * 1024).flip();

  private HttpConnection(SocketChannel channel) {
    this.channel = channel;
  }

  static HttpConnection open(String socket) throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return new HttpConnection(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Sends the head of a request whose body the caller writes. */
  void begin(HttpRequest request) throws IOException {
    write(request.bytes());
  }

  /** Sends a request and reads the answer's head; the body must be read before the next one. */
  HttpResponse send(HttpRequest request) throws IOException {
    write(request.bytes());
    var response = HttpResponse.read(this, request.method());
    while (response.status() >= 100 && response.status() < 200 && response.status() != 101) {
      response = HttpResponse.read(this, request.method());
    }
    return response;
  }

  /** Everything that comes from now on, until the other side ends; after an upgrade. */
  InputStream input() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        return fill() ? received.get() & 0xff : -1;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        return readSome(into, offset, length);
      }
    };
  }

  void write(byte[] bytes) throws IOException {
    write(ByteBuffer.wrap(bytes));
  }

  void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Tells the other side that no more input comes; output goes on. */
  void endInput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** At least one byte, or -1 at the end. */
  int readSome(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    var count = Math.min(length, received.remaining());
    received.get(into, offset, count);
    return count;
  }

  String readLine() throws IOException {
    var line = new StringBuilder();
    while (fill()) {
      var c = (char) (received.get() & 0xff);
      if (c == '\n') {
        var end = line.length();
        return end > 0 && line.charAt(end - 1) == '\r'
            ? line.substring(0, end - 1)
            : line.toString();
      }
      if (line.append(c).length() > LONGEST_LINE) {
        throw new IOException("a line of the engine's answer is longer than " + LONGEST_LINE);
      }
    }
    throw new EOFException("the engine closed the connection");
  }

  private boolean fill() throws IOException {
    if (!received.hasRemaining()) {
      received.clear();
      var count = channel.read(received);
      received.flip();
      return count > 0;
    }
    return true;
  }

  /** One request; an upgrade asks for the connection itself. */
  record HttpRequest(String method, String target, String headers, String body) {
    static HttpRequest of(String method, String target) {
      return new HttpRequest(method, target, "", "");
    }

    static HttpRequest json(String method, String target, String json) {
      return new HttpRequest(method, target, "Content-Type: application/json\r\n", json);
    }

    static HttpRequest upgrade(String target) {
      return new HttpRequest("POST", target, "Connection: Upgrade\r\nUpgrade: tcp\r\n", "");
    }

    static HttpRequest upgrade(String target, String json) {
      return json("POST", target, json).with("Connection", "Upgrade").with("Upgrade", "tcp");
    }

    HttpRequest with(String name, String value) {
      return new HttpRequest(method, target, headers + name + ": " + value + "\r\n", body);
    }

    HttpRequest below(String prefix) {
      return new HttpRequest(method, prefix + target, headers, body);
    }

    private byte[] bytes() {
      var content = body.getBytes(StandardCharsets.UTF_8);
      var length = method.equals("POST") ? "Content-Length: " + content.length + "\r\n" : "";
      var head =
          (method + " " + target + " HTTP/1.1\r\nHost: kctl\r\n" + headers + length + "\r\n")
              .getBytes(StandardCharsets.ISO_8859_1);
      var bytes = Arrays.copyOf(head, head.length + content.length);
      System.arraycopy(content, 0, bytes, head.length, content.length);
      return bytes;
    }
  }
}
