package dev.kctl.engine;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A request's body, by its length or in chunks; reading never passes its end. */
final class HttpBody extends InputStream {
  private static final int DRAIN_LIMIT = 1 << 20;

  private final HttpInput input;
  private final boolean chunked;
  private long remaining;
  private boolean ended;

  private HttpBody(HttpInput input, boolean chunked, long length) {
    this.input = input;
    this.chunked = chunked;
    this.remaining = length;
    this.ended = !chunked && length == 0;
  }

  static HttpBody of(HttpRequest request, HttpInput input) {
    var chunked = request.header("transfer-encoding").filter("chunked"::equalsIgnoreCase);
    var length = request.header("content-length");
    if (request.header("transfer-encoding").isPresent()
        && (chunked.isEmpty() || length.isPresent())) {
      throw new EngineException.InvalidParameter("ambiguous length of the request's body");
    }
    try {
      var bytes = Long.parseLong(length.orElse("0"));
      if (bytes < 0) {
        throw new NumberFormatException();
      }
      return new HttpBody(input, chunked.isPresent(), chunked.isPresent() ? 0 : bytes);
    } catch (NumberFormatException e) {
      throw new EngineException.InvalidParameter("invalid Content-Length: " + length.get(), e);
    }
  }

  /**
   * The whole body.
   *
   * @param limit bytes it may have at most
   */
  byte[] bytes(int limit) throws IOException {
    var bytes = readNBytes(limit + 1);
    if (bytes.length > limit) {
      throw new EngineException.InvalidParameter("request body larger than " + limit + " bytes");
    }
    return bytes;
  }

  /** Skips what the handler did not read; false where that is so much that closing is better. */
  boolean drain() throws IOException {
    var left = DRAIN_LIMIT;
    var scratch = new byte[4096];
    while (left > 0) {
      var count = read(scratch, 0, scratch.length);
      if (count < 0) {
        return true;
      }
      left -= count;
    }
    return false;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (!ended && remaining == 0 && chunked) {
      nextChunk();
    }
    if (ended) {
      return -1;
    }
    if (length == 0) {
      return 0;
    }
    var count = input.read(target, offset, (int) Math.min(length, remaining));
    if (count < 0) {
      throw new EOFException("connection closed inside a request's body");
    }
    remaining -= count;
    if (remaining == 0) {
      endOfPiece();
    }
    return count;
  }

  private void endOfPiece() throws IOException {
    if (chunked) {
      input.line();
    } else {
      ended = true;
    }
  }

  private void nextChunk() throws IOException {
    var line = input.line();
    if (line == null) {
      throw new EOFException("connection closed inside a chunked body");
    }
    var end = line.indexOf(';');
    try {
      remaining = Long.parseLong(end < 0 ? line.trim() : line.substring(0, end).trim(), 16);
    } catch (NumberFormatException e) {
      throw new IOException("malformed chunk size: " + line, e);
    }
    if (remaining < 0) {
      throw new IOException("negative chunk size: " + line);
    }
    if (remaining == 0) {
      for (var trailer = input.line(); trailer != null && !trailer.isEmpty(); ) {
        trailer = input.line();
      }
      ended = true;
    }
  }
}
