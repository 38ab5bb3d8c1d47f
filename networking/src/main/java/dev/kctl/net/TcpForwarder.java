package dev.kctl.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Carries connections, two threads each; an end of one direction leaves the other open. */
final class TcpForwarder implements Closeable {
  private static final int BUFFER = 32 << 10;
  private static final int MOST_CONNECTIONS = 1024;

  private static final long PAUSE_NANOS = 10_000_000;

  private final ServerSocketChannel server;
  private final InetSocketAddress target;
  private final ThreadFactory threads;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final Semaphore free = new Semaphore(MOST_CONNECTIONS);
  private @Nullable SocketThread acceptor;

  private TcpForwarder(
      ServerSocketChannel server, InetSocketAddress target, ThreadFactory threads) {
    this.server = server;
    this.target = target;
    this.threads = threads;
  }

  static TcpForwarder start(
      ServerSocketChannel server, InetSocketAddress target, ThreadFactory threads) {
    var forwarder = new TcpForwarder(server, target, threads);
    forwarder.acceptor = SocketThread.start(threads, forwarder::accept);
    return forwarder;
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        free.acquire();
        var client = server.accept();
        open.add(client);
        threads.newThread(() -> carry(client)).start();
      } catch (IOException _) {
        free.release(); // closed, or the client has gone, or no descriptor is left
        LockSupport.parkNanos(PAUSE_NANOS);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void carry(SocketChannel client) {
    try (client;
        var container = SocketChannel.open()) {
      open.add(container);
      try {
        carry(client, container);
      } finally {
        open.remove(container);
      }
    } catch (IOException _) {
      // One of them has gone, and the other is closed with it.
    } finally {
      open.remove(client);
      free.release();
    }
  }

  /** A container that does not answer resets its client, as a closed port of the host would. */
  private void carry(SocketChannel client, SocketChannel container) throws IOException {
    client.setOption(StandardSocketOptions.TCP_NODELAY, true);
    container.setOption(StandardSocketOptions.TCP_NODELAY, true);
    try {
      container.connect(target);
    } catch (IOException _) {
      client.setOption(StandardSocketOptions.SO_LINGER, 0);
      return;
    }
    var back = threads.newThread(() -> copy(container, client));
    back.start();
    copy(client, container);
    try {
      back.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(SocketChannel from, SocketChannel to) {
    var buffer = ByteBuffer.allocate(BUFFER);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException _) {
      close(from);
      close(to);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // It is to be closed, and is.
    }
  }

  /** Ends the connections, too. */
  @Override
  public void close() throws IOException {
    server.close();
    open.forEach(TcpForwarder::close);
    if (acceptor != null) {
      acceptor.await();
    }
    open.forEach(TcpForwarder::close); // who came while it was being closed
  }
}
