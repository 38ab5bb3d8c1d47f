package dev.kctl.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A real HTTP server that says to each path what a test wants a broken registry to say. */
final class FaultyRegistry implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  final AtomicInteger asked = new AtomicInteger();

  /** What a path answers. */
  @FunctionalInterface
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  FaultyRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
    on("/v2/", content("application/json", "{}".getBytes(StandardCharsets.UTF_8)));
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    try (exchange) {
      answers
          .getOrDefault(exchange.getRequestURI().getPath(), status(404, "{\"errors\":[]}"))
          .to(exchange);
    }
  }

  FaultyRegistry on(String path, Answer answer) {
    answers.put(path, answer);
    return this;
  }

  /** Serves a whole image as repository {@code app}, tag {@code 1}. */
  FaultyRegistry serve(SampleImage image) {
    var manifest = SampleImage.bytes(image.manifest());
    on("/v2/app/manifests/1", content(Manifest.OCI_MANIFEST, manifest));
    blob(image.config(), image.config());
    image.layers().forEach(layer -> blob(layer.blob(), layer.blob()));
    return this;
  }

  /** Serves something, perhaps something else, as a blob. */
  FaultyRegistry blob(byte[] named, byte[] sent) {
    return on("/v2/app/blobs/" + Digest.of(named), content("application/octet-stream", sent));
  }

  static Answer content(String type, byte[] body) {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    };
  }

  static Answer status(int status, String body) {
    return exchange -> {
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /** Promises the whole and breaks the connection half-way. */
  static Answer half(byte[] body) {
    return exchange -> {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body, 0, body.length / 2);
      exchange.getResponseBody().flush();
      throw new IOException("as the test wants it");
    };
  }

  /** The first answer once, then the other. */
  static Answer once(Answer first, Answer then) {
    var asked = new AtomicInteger();
    return exchange -> (asked.getAndIncrement() == 0 ? first : then).to(exchange);
  }

  ImageRef ref() {
    return ImageRef.parse("127.0.0.1:" + server.getAddress().getPort() + "/app:1");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
