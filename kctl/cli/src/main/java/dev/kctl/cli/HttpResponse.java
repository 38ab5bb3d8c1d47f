package dev.kctl.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The head of an answer and the way to its body.
 *
 * @param headers by lower-case name
 */
record HttpResponse(int status, Map<String, String> headers, InputStream body) {

  static HttpResponse read(HttpConnection connection, String method) throws IOException {
    var status = statusOf(connection.readLine());
    var headers = new HashMap<String, String>();
    for (var line = connection.readLine(); !line.isEmpty(); line = connection.readLine()) {
      var colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    return new HttpResponse(status, headers, body(connection, method, status, headers));
  }

  String header(String name) {
    return headers.getOrDefault(name, "");
  }

  boolean succeeded() {
    return status < 400;
  }

  String text() throws IOException {
    return new String(body.readAllBytes(), StandardCharsets.UTF_8);
  }

  private static int statusOf(String line) throws IOException {
    if (line.length() < 12 || !line.startsWith("HTTP/1.")) {
      throw new IOException("not an HTTP answer: " + line);
    }
    try {
      return Integer.parseInt(line, 9, 12, 10);
    } catch (NumberFormatException e) {
      throw new IOException("not an HTTP answer: " + line, e);
    }
  }

  private static InputStream body(
      HttpConnection connection, String method, int status, Map<String, String> headers)
      throws IOException {
    if (method.equals("HEAD") || status < 200 || status == 204 || status == 304) {
      return new Measured(connection, 0);
    }
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      return new Chunked(connection);
    }
    var length = headers.get("content-length");
    if (length == null) {
      return connection.input();
    }
    try {
      return new Measured(connection, Long.parseLong(length));
    } catch (NumberFormatException e) {
      throw new IOException("not a length: " + length, e);
    }
  }

  /** A body whose length its head told. */
  private static final class Measured extends InputStream {
    private final HttpConnection connection;
    private long left;

    Measured(HttpConnection connection, long length) {
      this.connection = connection;
      left = length;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      var count = connection.readSome(into, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new EOFException("the engine's answer broke off");
      }
      left -= count;
      return count;
    }
  }

  /** A body in pieces, each with its length before it. */
  private static final class Chunked extends InputStream {
    private final HttpConnection connection;
    private long left;
    private boolean ended;
    private boolean first = true;

    Chunked(HttpConnection connection) {
      this.connection = connection;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (length == 0) {
        // As readNBytes ends: the next chunk may be long in coming.
        return 0;
      }
      if (left == 0 && !ended) {
        nextChunk();
      }
      if (ended) {
        return -1;
      }
      var count = connection.readSome(into, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new EOFException("the engine's answer broke off");
      }
      left -= count;
      return count;
    }

    private void nextChunk() throws IOException {
      if (!first) {
        connection.readLine();
      }
      first = false;
      var line = connection.readLine();
      var semicolon = line.indexOf(';');
      var digits = semicolon < 0 ? line : line.substring(0, semicolon);
      try {
        left = Long.parseLong(digits.strip(), 16);
      } catch (NumberFormatException e) {
        throw new IOException("not the length of a chunk: " + line, e);
      }
      if (left == 0) {
        ended = true;
        while (!connection.readLine().isEmpty()) {
          // Trailers carry nothing for us.
        }
      }
    }
  }
}
