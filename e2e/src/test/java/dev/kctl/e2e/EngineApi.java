package dev.kctl.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Asks the engine directly, where starting a client for each question would take too long. */
final class EngineApi {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path socket;

  EngineApi(Path socket) {
    this.socket = socket;
  }

  /** An answer: its status and its body. */
  record Answer(int status, String body) {}

  boolean answers() {
    try {
      return ask("GET", "/_ping").status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** What `inspect` says; empty where there is no such container. */
  Optional<JsonNode> inspect(String container) throws IOException {
    var answer = ask("GET", "/v1.50/containers/" + container + "/json");
    return switch (answer.status()) {
      case 200 -> Optional.of(MAPPER.readTree(answer.body()));
      case 404 -> Optional.empty();
      default -> throw new IOException("inspect " + container + ": " + answer);
    };
  }

  Answer ask(String method, String path) throws IOException {
    var head = "%s %s HTTP/1.1\r\nHost: kctl\r\nConnection: close\r\n\r\n".formatted(method, path);
    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
      return parse(readAll(channel));
    }
  }

  private static Answer parse(String text) throws IOException {
    var end = text.indexOf("\r\n\r\n");
    if (end < 0 || !text.startsWith("HTTP/1.1 ")) {
      throw new IOException("the engine hung up");
    }
    var head = text.substring(0, end);
    var body = text.substring(end + 4);
    var chunked = head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
    return new Answer(Integer.parseInt(head, 9, 12, 10), chunked ? joined(body) : body);
  }

  private static String joined(String chunks) throws IOException {
    var body = new StringBuilder();
    var at = 0;
    while (true) {
      var end = chunks.indexOf("\r\n", at);
      if (end < 0) {
        throw new IOException("the engine hung up");
      }
      var size = Integer.parseInt(chunks, at, end, 16);
      if (size == 0) {
        return body.toString();
      }
      body.append(chunks, end + 2, end + 2 + size);
      at = end + 2 + size + 2;
    }
  }

  private static String readAll(SocketChannel channel) throws IOException {
    var all = new ByteArrayOutputStream();
    var buffer = ByteBuffer.allocate(16 * 1024);
    while (channel.read(buffer.clear()) >= 0) {
      all.write(buffer.array(), 0, buffer.position());
    }
    // One character for each byte: chunk sizes count bytes.
    return all.toString(StandardCharsets.ISO_8859_1);
  }
}
