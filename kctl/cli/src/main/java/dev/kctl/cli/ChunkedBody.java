package dev.kctl.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A request's body whose length nobody knows beforehand: a chunk for each write. */
final class ChunkedBody extends OutputStream {
  private static final byte[] LINE_END = {'\r', '\n'};

  private final HttpConnection connection;

  ChunkedBody(HttpConnection connection) {
    this.connection = connection;
  }

  /** The engine does not take any more; it may have said why. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    Refused(IOException cause) {
      super(cause);
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return;
    }
    var head = Integer.toHexString(length).getBytes(StandardCharsets.US_ASCII);
    var chunk = ByteBuffer.allocate(head.length + length + 2 * LINE_END.length);
    send(chunk.put(head).put(LINE_END).put(bytes, offset, length).put(LINE_END).flip());
  }

  /** Ends the body. */
  void finish() throws IOException {
    send(ByteBuffer.wrap("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
  }

  private void send(ByteBuffer bytes) throws IOException {
    try {
      connection.write(bytes);
    } catch (IOException e) {
      throw new Refused(e);
    }
  }
}
