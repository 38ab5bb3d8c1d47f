package dev.kctl.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/**
 * Carries what comes to a claimed port of 127.0.0.1 and ::1 to a container: the packet filter could
 * do so only by opening the host's loopback addresses to its neighbours (route_localnet).
 */
public final class LoopbackProxy implements Closeable {
  /** As the kernel's own table of connections keeps a UDP stream. */
  private static final Duration UDP_IDLE = Duration.ofMinutes(2);

  private final List<Closeable> parts = new ArrayList<>();

  private LoopbackProxy() {}

  /** Begins to carry; the claim stays the caller's, and to be closed after this. */
  public static LoopbackProxy start(PortClaim claim, Lease lease) {
    return start(claim, lease.v4(), UDP_IDLE, Thread.ofVirtual().name("proxy").factory());
  }

  /**
   * Begins to carry.
   *
   * @param threads which make the sockets: these are in the network namespace of their thread
   */
  static LoopbackProxy start(
      PortClaim claim, IpAddress container, Duration udpIdle, ThreadFactory threads) {
    var target = new InetSocketAddress(container.toInet(), claim.port().containerPort());
    var proxy = new LoopbackProxy();
    try {
      for (var channel : claim.loopback()) {
        switch (channel) {
          case ServerSocketChannel server ->
              proxy.parts.add(TcpForwarder.start(server, target, threads));
          case DatagramChannel socket ->
              proxy.parts.add(UdpForwarder.start(socket, target, udpIdle, threads));
          default -> throw new AssertionError("a claim has no other sockets: " + channel);
        }
      }
      return proxy;
    } catch (IOException e) {
      proxy.close();
      throw new PortTaken("port " + claim.port().hostPort() + " was lost: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    for (var part : parts) {
      try {
        part.close();
      } catch (IOException e) {
        throw new NetworkFilesFailed("cannot end a proxy: " + e.getMessage(), e);
      }
    }
  }
}
