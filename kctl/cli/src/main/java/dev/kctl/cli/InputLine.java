package dev.kctl.cli;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The way of our input to a container. While there is no engine it waits; on each connection it
 * counts what was sent, and what the container is known to have got.
 */
final class InputLine {
  private HttpConnection connection;
  private boolean broken;
  private boolean closed;
  private boolean ended;
  private long sent;
  private long accepted;

  InputLine(HttpConnection connection) {
    this.connection = connection;
  }

  /** Sends all of it, now or over the next engine. */
  void send(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      HttpConnection current;
      synchronized (this) {
        if (!awaitWhole()) {
          return;
        }
        current = connection;
        sent += bytes.remaining();
      }
      try {
        current.write(bytes);
      } catch (IOException _) {
        breaksOff(current, bytes.remaining());
      }
    }
  }

  /** No more input comes. */
  synchronized void end() {
    ended = true;
    if (!broken && !closed) {
      endNow();
    }
  }

  /** Bytes on this connection, from its beginning. */
  synchronized void accepted(long bytes) {
    accepted = bytes;
  }

  /** Whether something was sent of which nobody knows that it arrived. */
  synchronized boolean isUncertain() {
    return sent > accepted;
  }

  /** Goes on over another connection. */
  synchronized void use(HttpConnection next) {
    Engine.discard(connection);
    if (closed) {
      Engine.discard(next);
      return;
    }
    connection = next;
    broken = false;
    sent = 0;
    accepted = 0;
    if (ended) {
      endNow();
    }
    notifyAll();
  }

  synchronized void close() {
    closed = true;
    Engine.discard(connection);
    notifyAll();
  }

  private boolean awaitWhole() {
    while (broken && !closed) {
      try {
        wait();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return !closed;
  }

  private synchronized void breaksOff(HttpConnection which, int unsent) {
    if (which == connection) {
      broken = true;
      sent -= unsent;
    }
  }

  private void endNow() {
    try {
      connection.endInput();
    } catch (IOException _) {
      broken = true;
    }
  }
}
