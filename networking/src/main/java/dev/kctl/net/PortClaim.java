package dev.kctl.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A port of the host that is ours as long as this is open: the bound sockets are the claim, and the
 * kernel gives them back when the engine dies. For everything but the loopback addresses nothing
 * ever comes in by them, since the packet filter is first.
 */
public final class PortClaim implements Closeable {
  private static final IpAddress LOOPBACK4 = IpAddress.parse("127.0.0.1");
  private static final IpAddress LOOPBACK6 = IpAddress.parse("::1");
  private static final IpAddress ANY4 = IpAddress.parse("0.0.0.0");
  private static final IpAddress ANY6 = IpAddress.parse("::");
  private static final int TRIES_FOR_A_FREE_PORT = 50;

  private final PublishedPort port;
  private final List<NetworkChannel> channels;

  private PortClaim(PublishedPort port, List<NetworkChannel> channels) {
    this.port = port;
    this.channels = channels;
  }

  /**
   * Takes a port of those that a mapping names, the first that is free; or any, if it names none.
   */
  public static PortClaim take(PortMapping mapping) {
    if (mapping.hostPorts().first() == 0) {
      return takeAny(mapping);
    }
    IOException reason = null;
    for (var port = mapping.hostPorts().first(); port <= mapping.hostPorts().last(); port++) {
      try {
        return bind(mapping, port);
      } catch (IOException e) {
        reason = e;
      }
    }
    throw taken(mapping, reason);
  }

  /** The kernel chooses for one address; the others may refuse its choice. */
  private static PortClaim takeAny(PortMapping mapping) {
    IOException reason = null;
    for (var i = 0; i < TRIES_FOR_A_FREE_PORT; i++) {
      try {
        return bind(mapping, freePort(mapping));
      } catch (IOException e) {
        reason = e;
      }
    }
    throw taken(mapping, reason);
  }

  private static int freePort(PortMapping mapping) throws IOException {
    try (var probe = open(mapping.protocol())) {
      var address = mapping.hostAddress() == null ? LOOPBACK4 : mapping.hostAddress();
      probe.bind(new InetSocketAddress(address.toInet(), 0));
      return ((InetSocketAddress) probe.getLocalAddress()).getPort();
    }
  }

  private static PortClaim bind(PortMapping mapping, int port) throws IOException {
    var channels = new ArrayList<NetworkChannel>();
    try {
      probeAll(mapping, port);
      for (var address : addresses(mapping.hostAddress())) {
        var channel = open(mapping.protocol());
        channels.add(channel);
        channel.bind(new InetSocketAddress(address.toInet(), port));
      }
    } catch (IOException e) {
      for (var channel : channels) {
        channel.close();
      }
      throw e;
    }
    return new PortClaim(
        new PublishedPort(mapping.hostAddress(), port, mapping.containerPort(), mapping.protocol()),
        channels);
  }

  /** Somebody on any address would lose what comes to it, so nobody may be on one. */
  private static void probeAll(PortMapping mapping, int port) throws IOException {
    if (isEvery(mapping.hostAddress())) {
      for (var address : hasIpv6() ? List.of(ANY4, ANY6) : List.of(ANY4)) {
        try (var probe = open(mapping.protocol())) {
          probe.bind(new InetSocketAddress(address.toInet(), port));
        }
      }
    }
  }

  private static List<IpAddress> addresses(@Nullable IpAddress host) {
    if (host != null && !host.isUnspecified()) {
      return List.of(host);
    }
    return hasIpv6() ? List.of(LOOPBACK4, LOOPBACK6) : List.of(LOOPBACK4);
  }

  private static boolean isEvery(@Nullable IpAddress host) {
    return host == null || host.isUnspecified();
  }

  private static boolean hasIpv6() {
    return Files.exists(Path.of("/proc/thread-self/net/if_inet6"));
  }

  /**
   * SCTP has no sockets here: its ports are claimed as TCP's, whose numbers nobody shares with it.
   */
  private static NetworkChannel open(Protocol protocol) throws IOException {
    return protocol == Protocol.UDP ? DatagramChannel.open() : ServerSocketChannel.open();
  }

  private static PortTaken taken(PortMapping mapping, @Nullable IOException reason) {
    var host = mapping.hostAddress() == null ? "" : mapping.hostAddress() + " ";
    var port = mapping.hostPorts() + "/" + mapping.protocol();
    var why = reason == null || reason.getMessage() == null ? "taken" : reason.getMessage();
    var remedy =
        why.contains("ermission")
            ? ": see sysctl net.ipv4.ip_unprivileged_port_start"
            : "; see who has it with ss -lnp";
    return new PortTaken("cannot publish port " + host + port + ": " + why + remedy);
  }

  /** What was claimed. */
  public PublishedPort port() {
    return port;
  }

  /** The sockets on loopback addresses, at which a proxy may wait. */
  List<NetworkChannel> loopback() throws IOException {
    var found = new ArrayList<NetworkChannel>();
    for (var channel : channels) {
      var address = (InetSocketAddress) channel.getLocalAddress();
      if (address.getAddress().isLoopbackAddress() && port.protocol() != Protocol.SCTP) {
        found.add(channel);
      }
    }
    return found;
  }

  @Override
  public void close() {
    for (var channel : channels) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new NetworkFilesFailed("cannot release port " + port.hostPort(), e);
      }
    }
  }
}
