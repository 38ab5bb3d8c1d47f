package dev.kctl.cli;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An engine on a real Unix socket that answers what a test tells it to and keeps what it is sent.
 */
final class FakeEngine implements AutoCloseable {
  private final ServerSocketChannel server;
  private final Path socket;
  private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private FakeEngine(Path socket, ServerSocketChannel server) {
    this.socket = socket;
    this.server = server;
    on("HEAD /_ping", exchange -> exchange.reply(200, ""));
  }

  static FakeEngine start(Path directory) throws IOException {
    var socket = directory.resolve("docker.sock");
    var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    var engine = new FakeEngine(socket, server);
    Thread.ofVirtual().start(engine::accept);
    return engine;
  }

  Path socket() {
    return socket;
  }

  /** Answers requests by method and path, without the query. */
  FakeEngine on(String request, Handler handler) {
    handlers.put(request, handler);
    return this;
  }

  FakeEngine on(String request, int status, String json) {
    return on(request, exchange -> exchange.reply(status, json));
  }

  /** Heads and bodies, in the order of their arrival; of a head only the first line. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private void accept() {
    try {
      while (true) {
        var channel = server.accept();
        Thread.ofVirtual().start(() -> serve(channel));
      }
    } catch (IOException _) {
      // Closed by the test.
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      while (true) {
        var exchange = Exchange.read(channel);
        requests.add(exchange.head.lines().findFirst().orElseThrow());
        if (!exchange.body.isEmpty()) {
          requests.add(exchange.body);
        }
        handlers.getOrDefault(exchange.route(), FakeEngine::unknown).handle(exchange);
      }
    } catch (IOException _) {
      // The client has gone, as clients do.
    }
  }

  private static void unknown(Exchange exchange) throws IOException {
    exchange.reply(404, "{\"message\":\"page not found\"}");
  }

  /** What to answer. */
  interface Handler {
    void handle(Exchange exchange) throws IOException;
  }

  /** One request and the connection it came on. */
  record Exchange(SocketChannel channel, String head, String body) {
    static Exchange read(SocketChannel channel) throws IOException {
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append(new String(readFully(channel, 1), StandardCharsets.ISO_8859_1));
      }
      if (head.indexOf("Transfer-Encoding: chunked") >= 0) {
        return new Exchange(channel, head.toString(), readChunks(channel));
      }
      var length =
          head.toString()
              .lines()
              .filter(line -> line.startsWith("Content-Length: "))
              .mapToInt(line -> Integer.parseInt(line.substring("Content-Length: ".length())))
              .findFirst()
              .orElse(0);
      var body = new String(readFully(channel, length), StandardCharsets.UTF_8);
      return new Exchange(channel, head.toString(), body);
    }

    /** Byte for byte, as ISO 8859-1. */
    private static String readChunks(SocketChannel channel) throws IOException {
      var body = new StringBuilder();
      while (true) {
        var line = new StringBuilder();
        while (line.indexOf("\r\n") < 0) {
          line.append(new String(readFully(channel, 1), StandardCharsets.ISO_8859_1));
        }
        var length = Integer.parseInt(line.toString().strip(), 16);
        body.append(new String(readFully(channel, length), StandardCharsets.ISO_8859_1));
        readFully(channel, 2);
        if (length == 0) {
          return body.toString();
        }
      }
    }

    String route() {
      var words = head.substring(0, head.indexOf("\r\n")).split(" ", -1);
      return words[0] + " " + words[1].replaceFirst("\\?.*", "");
    }

    void reply(int status, String json) throws IOException {
      var length = json.getBytes(StandardCharsets.UTF_8).length;
      write(
          "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(status, length, json));
    }

    /** An answer with a header of its own; a HEAD has no content. */
    void reply(int status, String header, byte[] content) throws IOException {
      write("HTTP/1.1 " + status + " X\r\n" + header + "\r\n");
      write("Content-Length: " + content.length + "\r\n\r\n");
      write(ByteBuffer.wrap(content));
    }

    /** Sends the head of a chunked answer; its chunks follow. */
    void startChunks() throws IOException {
      write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    void chunk(String text) throws IOException {
      var length = text.getBytes(StandardCharsets.UTF_8).length;
      write(Integer.toHexString(length) + "\r\n" + text + "\r\n");
    }

    void endChunks() throws IOException {
      write("0\r\n\r\n");
    }

    void upgrade() throws IOException {
      write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
    }

    void frame(int stream, String text) throws IOException {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      var frame = ByteBuffer.allocate(8 + bytes.length);
      frame.put((byte) stream).put(new byte[3]).putInt(bytes.length).put(bytes);
      write(frame.flip());
    }

    /** A frame of the numbered streams, which begin by one of kind 3. */
    void numbered(int kind, long run, long sequence, byte[] content) throws IOException {
      var frame = ByteBuffer.allocate(24 + content.length);
      frame.put((byte) kind).put(new byte[3]).putInt(content.length);
      frame.putLong(run).putLong(sequence).put(content);
      write(frame.flip());
    }

    void numbered(int kind, long sequence, String text) throws IOException {
      numbered(kind, 1, sequence, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The end of run 1. */
    void exit(int code) throws IOException {
      numbered(5, 1, 0, ByteBuffer.allocate(4).putInt(code).array());
    }

    void write(String text) throws IOException {
      write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Everything the client still sends, until it ends its side. */
    String readToEnd() throws IOException {
      var text = new StringBuilder();
      var buffer = ByteBuffer.allocate(4096);
      while (channel.read(buffer) >= 0) {
        text.append(StandardCharsets.UTF_8.decode(buffer.flip()));
        buffer.clear();
      }
      return text.toString();
    }

    private void write(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    private static byte[] readFully(SocketChannel channel, int length) throws IOException {
      var buffer = ByteBuffer.allocate(length);
      while (buffer.hasRemaining()) {
        if (channel.read(buffer) < 0) {
          throw new EOFException();
        }
      }
      return buffer.array();
    }
  }
}
