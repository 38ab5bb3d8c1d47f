package dev.kctl.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Carries datagrams: a socket for each client, so that answers find their way, until nothing was
 * said for a while. The client that was silent longest makes room for a new one.
 */
final class UdpForwarder implements Closeable {
  private static final int LARGEST_DATAGRAM = 65_535;
  private static final int MOST_CLIENTS = 256;

  private static final long PAUSE_NANOS = 1_000_000;

  private final ReentrantLock changes = new ReentrantLock();
  private final DatagramChannel server;
  private final InetSocketAddress target;
  private final Duration idle;
  private final ThreadFactory threads;
  private final Map<SocketAddress, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);
  private @Nullable SocketThread receiver;

  private UdpForwarder(
      DatagramChannel server, InetSocketAddress target, Duration idle, ThreadFactory threads) {
    this.server = server;
    this.target = target;
    this.idle = idle;
    this.threads = threads;
  }

  private static final class Session {
    private final DatagramChannel channel;
    private volatile long lastNanos;

    Session(DatagramChannel channel) {
      this.channel = channel;
    }

    void touch() {
      lastNanos = System.nanoTime();
    }
  }

  static UdpForwarder start(
      DatagramChannel server, InetSocketAddress target, Duration idle, ThreadFactory threads) {
    var forwarder = new UdpForwarder(server, target, idle, threads);
    forwarder.receiver = SocketThread.start(threads, forwarder::receive);
    return forwarder;
  }

  private void receive() {
    var buffer = ByteBuffer.allocate(LARGEST_DATAGRAM);
    while (server.isOpen()) {
      try {
        buffer.clear();
        var client = server.receive(buffer);
        buffer.flip();
        if (client != null) {
          session(client).channel.write(buffer);
        }
      } catch (IOException _) {
        // The container's port is closed, or this is: datagrams may be lost.
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private Session session(SocketAddress client) throws IOException {
    changes.lock();
    try {
      dropSilent();
      var session = sessions.get(client);
      if (session == null) {
        session = new Session(DatagramChannel.open().connect(target));
        sessions.put(client, session);
        var answers = session;
        threads.newThread(() -> answer(client, answers)).start();
      }
      session.touch();
      return session;
    } finally {
      changes.unlock();
    }
  }

  /** The longest silent are first in the map. */
  private void dropSilent() throws IOException {
    var oldest = sessions.values().iterator();
    while (oldest.hasNext()) {
      var session = oldest.next();
      var silent = System.nanoTime() - session.lastNanos > idle.toNanos();
      if (!silent && sessions.size() < MOST_CLIENTS) {
        return;
      }
      session.channel.close();
      oldest.remove();
    }
  }

  private void answer(SocketAddress client, Session session) {
    var buffer = ByteBuffer.allocate(LARGEST_DATAGRAM);
    while (session.channel.isOpen()) {
      try {
        buffer.clear();
        session.channel.read(buffer);
        buffer.flip();
        session.touch();
        server.send(buffer, client);
      } catch (PortUnreachableException _) {
        // Nobody listens there now; somebody may later.
      } catch (IOException _) {
        return;
      }
    }
  }

  /** How many clients are remembered. */
  int clients() {
    changes.lock();
    try {
      return sessions.size();
    } finally {
      changes.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    if (receiver != null) {
      receiver.await();
    }
    changes.lock();
    try {
      for (var session : sessions.values()) {
        session.channel.close();
      }
      sessions.clear();
    } finally {
      changes.unlock();
    }
  }
}
