package dev.kctl.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The engine as a command sees it: requests on kept-alive connections, an error answer as an
 * exception.
 */
final class Engine implements AutoCloseable {
  private static final String API = "/v1.51";

  private final String socket;
  private final Deque<HttpConnection> idle = new ArrayDeque<>();

  /** Takes over a connection on which the engine has already answered. */
  Engine(String socket, HttpConnection first) {
    this.socket = socket;
    idle.push(first);
  }

  private Engine(String socket) {
    this.socket = socket;
  }

  /** The whole answer as text. */
  String get(String path) {
    return exchange(HttpConnection.HttpRequest.of("GET", path));
  }

  String post(String path) {
    return exchange(HttpConnection.HttpRequest.of("POST", path));
  }

  String post(String path, String json) {
    return exchange(HttpConnection.HttpRequest.json("POST", path, json));
  }

  String delete(String path) {
    return exchange(HttpConnection.HttpRequest.of("DELETE", path));
  }

  /** Writes a request's body. */
  interface BodyWriter {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Sends a body as it comes into being; what its writer fails by is the writer's failure. */
  void put(String path, String type, BodyWriter writer) {
    var connection = take();
    try {
      connection.begin(
          HttpConnection.HttpRequest.of("PUT", API + path)
              .with("Content-Type", type)
              .with("Transfer-Encoding", "chunked"));
      var body = new ChunkedBody(connection);
      try {
        writer.writeTo(body);
        body.finish();
      } catch (ChunkedBody.Refused _) {
        // The answer says why, if there is one.
      } catch (IOException e) {
        throw new CopyFailed(String.valueOf(e.getMessage()), e);
      }
      var response = HttpResponse.read(connection, "PUT");
      if (!response.succeeded()) {
        throw refusal(response);
      }
    } catch (IOException e) {
      throw vanished(e);
    } finally {
      discard(connection);
    }
  }

  /** Sends a request whose answer comes bit by bit, on a connection that is the caller's then. */
  Answer open(HttpConnection.HttpRequest request) {
    var connection = take();
    try {
      var response = connection.send(versioned(request));
      if (!response.succeeded()) {
        throw refusal(response);
      }
      return new Answer(connection, response);
    } catch (IOException e) {
      discard(connection);
      throw vanished(e);
    } catch (RuntimeException e) {
      discard(connection);
      throw e;
    }
  }

  @Override
  public void close() {
    idle.forEach(Engine::discard);
    idle.clear();
  }

  /** What to say when a conversation breaks off. */
  EngineVanished vanished(IOException cause) {
    return new EngineVanished(
        "the engine on " + socket + " went away; its engine.log may say why", cause);
  }

  private String exchange(HttpConnection.HttpRequest request) {
    var connection = take();
    try {
      var response = connection.send(versioned(request));
      if (!response.succeeded()) {
        throw refusal(response);
      }
      var text = response.text();
      idle.push(connection);
      return text;
    } catch (IOException e) {
      discard(connection);
      throw vanished(e);
    } catch (RuntimeException e) {
      discard(connection);
      throw e;
    }
  }

  private HttpConnection take() {
    var kept = idle.poll();
    if (kept != null) {
      return kept;
    }
    try {
      return HttpConnection.open(socket);
    } catch (IOException e) {
      throw vanished(e);
    }
  }

  private static HttpConnection.HttpRequest versioned(HttpConnection.HttpRequest request) {
    if (request.target().startsWith("/kctl/")) {
      return request;
    }
    return request.below(API);
  }

  private static EngineRefused refusal(HttpResponse response) throws IOException {
    var text = response.text();
    String message;
    try {
      message = Json.parseObject(text).string("message");
    } catch (MalformedJson _) {
      message = text.strip();
    }
    return new EngineRefused(
        response.status(),
        message.isEmpty() ? "the engine answered with status " + response.status() : message);
  }

  static void discard(HttpConnection connection) {
    try {
      connection.close();
    } catch (IOException _) {
      // There is nothing on it that anybody waits for.
    }
  }

  /** A connection of its own to the same engine, for another thread. */
  Engine another() {
    return new Engine(socket);
  }

  /** An image's name as part of a path: its slashes stay. */
  static String path(String name) {
    return encode(name).replace("%2F", "/");
  }

  /** Escapes what may not stand in a query or a path's segment. */
  static String encode(String text) {
    var encoded = new StringBuilder();
    for (var b : text.getBytes(StandardCharsets.UTF_8)) {
      var c = (char) (b & 0xff);
      if (c < 128 && (Character.isLetterOrDigit(c) || "-._~:".indexOf(c) >= 0)) {
        encoded.append(c);
      } else {
        encoded.append('%').append(digit(c >> 4)).append(digit(c & 15));
      }
    }
    return encoded.toString();
  }

  private static char digit(int value) {
    return "0123456789ABCDEF".charAt(value);
  }

  /** An answer under way; closing it closes its connection. */
  record Answer(HttpConnection connection, HttpResponse response) implements AutoCloseable {
    @Override
    public void close() {
      discard(connection);
    }
  }
}
