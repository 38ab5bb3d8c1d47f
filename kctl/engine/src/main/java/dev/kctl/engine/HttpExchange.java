package dev.kctl.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One request and the way to answer it, used by the one virtual thread that handles it. */
final class HttpExchange {
  private static final int MAX_JSON_BODY = 8 << 20;

  private final HttpRequest request;
  private final HttpInput input;
  private final HttpBody body;
  private final SocketChannel channel;
  private final ServerIdentity identity;
  private final StringBuilder headers = new StringBuilder();
  private boolean answered;
  private boolean close;

  HttpExchange(
      HttpRequest request, HttpInput input, SocketChannel channel, ServerIdentity identity) {
    this.request = request;
    this.input = input;
    this.body = HttpBody.of(request, input);
    this.channel = channel;
    this.identity = identity;
    this.close = !request.keepAlive();
  }

  /** Answers a request whose head made no sense; the connection is to be closed after it. */
  static void refuse(SocketChannel channel, ServerIdentity identity, EngineException reason)
      throws IOException {
    var request = HttpRequest.of("GET", "/", Map.of("connection", "close"), true);
    new HttpExchange(request, new HttpInput(channel), channel, identity)
        .json(reason.status(), Json.object().put("message", reason.getMessage()));
  }

  HttpRequest request() {
    return request;
  }

  /** True once a status line has been sent: an error can no longer be told by status. */
  boolean answered() {
    return answered;
  }

  /** The request's JSON object; an empty one where there is no body. */
  ObjectNode json() throws IOException {
    var bytes = body.bytes(MAX_JSON_BODY);
    if (bytes.length == 0) {
      return Json.object();
    }
    try {
      return Json.parse(bytes);
    } catch (IOException e) {
      throw new EngineException.InvalidParameter("invalid JSON: " + firstLine(e), e);
    }
  }

  /** The request's body, to be read as it comes. */
  InputStream body() {
    return body;
  }

  /** Adds a header to the answer that is still to come. */
  void header(String name, String value) {
    headers.append(name).append(": ").append(value).append("\r\n");
  }

  void empty(int status) throws IOException {
    send(status, "", new byte[0]);
  }

  void json(int status, JsonNode node) throws IOException {
    send(status, "application/json", Json.bytes(node));
  }

  void raw(int status, String contentType, byte[] bytes) throws IOException {
    send(status, contentType, bytes);
  }

  /** Sends an answer's head at once; the body follows in chunks, one for each write. */
  OutputStream stream(int status, String contentType) throws IOException {
    start(status);
    write(head(status, contentType).append("Transfer-Encoding: chunked\r\n\r\n"));
    return new Chunks();
  }

  /** Takes the connection over: reads the body to its end, and answers 101, or 200 until close. */
  HijackedStream hijack(String contentType) throws IOException {
    if (!body.drain()) {
      throw new EngineException.InvalidParameter("request body too large");
    }
    var upgrade = request.wantsUpgrade();
    start(200);
    close = true;
    var head = upgrade ? "HTTP/1.1 101 UPGRADED\r\n" : "HTTP/1.1 200 OK\r\n";
    write(
        new StringBuilder(head)
            .append(identity.headers())
            .append("Content-Type: ")
            .append(contentType)
            .append("\r\n")
            .append(upgrade ? "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n" : "\r\n"));
    return new HijackedStream(input, channel);
  }

  /** Waits for a result; false where the client went away before. */
  boolean await(CompletableFuture<?> result) {
    if (!result.isDone()) {
      var _ = CompletableFuture.anyOf(result, input.closed()).handle((_, _) -> true).join();
    }
    return result.isDone();
  }

  /** Completes when the client closes the connection while its answer is still being made. */
  CompletableFuture<Void> clientGone() {
    return input.closed();
  }

  /** Ends the exchange; false where the connection must be closed after it. */
  boolean finish() throws IOException {
    return !close && answered && body.drain();
  }

  private void send(int status, String contentType, byte[] bytes) throws IOException {
    start(status);
    var head = head(status, contentType);
    if (status != 304 && status != 204) {
      head.append("Content-Length: ").append(bytes.length).append("\r\n");
    }
    head.append("\r\n");
    var withoutBody = request.method().equals("HEAD") || status == 304 || status == 204;
    var start = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    var all = ByteBuffer.allocate(start.length + (withoutBody ? 0 : bytes.length)).put(start);
    if (!withoutBody) {
      all.put(bytes);
    }
    write(all.flip());
  }

  private void start(int status) {
    if (answered) {
      throw new IllegalStateException("answered already, now again with " + status);
    }
    answered = true;
  }

  private StringBuilder head(int status, String contentType) {
    var head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(status).append(' ').append(reason(status)).append("\r\n");
    head.append(identity.headers()).append(headers);
    if (!contentType.isEmpty()) {
      head.append("Content-Type: ").append(contentType).append("\r\n");
    }
    return close ? head.append("Connection: close\r\n") : head;
  }

  private void write(StringBuilder head) throws IOException {
    write(ByteBuffer.wrap(head.toString().getBytes(StandardCharsets.ISO_8859_1)));
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 201 -> "Created";
      case 204 -> "No Content";
      case 304 -> "Not Modified";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 409 -> "Conflict";
      case 501 -> "Not Implemented";
      case 503 -> "Service Unavailable";
      default -> "Internal Server Error";
    };
  }

  private static String firstLine(IOException e) {
    var message = String.valueOf(e.getMessage());
    var end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  /** A chunked body: one chunk for each write, sent at once, so no flush is ever needed. */
  private final class Chunks extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length > 0) {
        var head = Integer.toHexString(length).getBytes(StandardCharsets.ISO_8859_1);
        var chunk = ByteBuffer.allocate(head.length + length + 4).put(head).put(LINE_END);
        HttpExchange.this.write(chunk.put(bytes, offset, length).put(LINE_END).flip());
      }
    }

    @Override
    public void close() throws IOException {
      HttpExchange.this.write(new StringBuilder("0\r\n\r\n"));
    }
  }

  private static final byte[] LINE_END = {'\r', '\n'};
}
