package dev.kctl.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The attached streams of a container: its output to ours, our input to it. Input has a thread of
 * its own; closing the descriptor wakes it, since a thread left in a native read would hold up the
 * end of the process by 300 ms.
 */
final class Attachment implements AutoCloseable {
  private static final int STDERR = 2;
  private static final int SYSTEM_ERROR = 3;
  private static final int HEADER = 8;

  private final Engine engine;
  private final HttpConnection connection;
  private final byte[] buffer = new byte[64 * 1024];
  private volatile boolean detached;
  private @Nullable ReadableByteChannel keys;

  Attachment(Engine engine, HttpConnection connection) {
    this.engine = engine;
    this.connection = connection;
  }

  /** Sends what comes in until its end; with {@code watch} until the keys that detach. */
  void pump(ReadableByteChannel in, @Nullable DetachKeys watch) {
    keys = in;
    var thread = new Thread(() -> pumpAll(in, watch), "stdin");
    thread.setDaemon(true);
    thread.start();
  }

  /** Writes everything the container says; false when the user detached. */
  boolean drain(boolean terminal, Output out, Output err) {
    try {
      if (terminal) {
        copyAll(connection.input(), out);
      } else {
        copyFrames(connection.input(), out, err);
      }
      return !detached;
    } catch (IOException e) {
      if (detached) {
        return false;
      }
      throw engine.vanished(e);
    }
  }

  @Override
  public void close() {
    Engine.discard(connection);
    if (keys != null) {
      try {
        keys.close();
      } catch (IOException _) {
        // Nobody reads from it any more.
      }
    }
  }

  private void pumpAll(ReadableByteChannel in, @Nullable DetachKeys watch) {
    var pressed = ByteBuffer.allocate(32 * 1024);
    var handOn = ByteBuffer.allocate(pressed.capacity() + (watch == null ? 0 : watch.slack()));
    try {
      while (in.read(pressed) >= 0) {
        pressed.flip();
        if (watch == null) {
          connection.write(pressed);
        } else if (detach(watch, pressed, handOn)) {
          return;
        }
        pressed.clear();
      }
    } catch (IOException _) {
      // A terminal that went away reads as an error: no more input, as at its end.
    }
    try {
      connection.endInput();
    } catch (IOException _) {
      // The container has ended already.
    }
  }

  private boolean detach(DetachKeys watch, ByteBuffer pressed, ByteBuffer handOn)
      throws IOException {
    detached = watch.detaches(pressed, handOn);
    connection.write(handOn.flip());
    handOn.clear();
    if (detached) {
      connection.close();
    }
    return detached;
  }

  private void copyAll(InputStream in, Output out) throws IOException {
    for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      out.write(buffer, 0, count);
    }
  }

  private void copyFrames(InputStream in, Output out, Output err) throws IOException {
    var header = new byte[HEADER];
    for (var got = in.readNBytes(header, 0, HEADER); got > 0; ) {
      if (got < HEADER) {
        throw new EOFException("the container's output broke off");
      }
      var length = ByteBuffer.wrap(header).getInt(4) & 0xffff_ffffL;
      if (header[0] == SYSTEM_ERROR) {
        throw new EngineRefused(
            500, new String(in.readNBytes((int) Math.min(length, 4096)), StandardCharsets.UTF_8));
      }
      copy(in, length, header[0] == STDERR ? err : out);
      got = in.readNBytes(header, 0, HEADER);
    }
  }

  private void copy(InputStream in, long length, Output to) throws IOException {
    for (var left = length; left > 0; ) {
      var count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (count < 0) {
        throw new EOFException("the container's output broke off");
      }
      to.write(buffer, 0, count);
      left -= count;
    }
  }
}
