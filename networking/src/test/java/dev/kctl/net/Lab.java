package dev.kctl.net;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A host with networks, containers in them, and a neighbour outside, each a namespace of its own; a
 * pair of veth stands in for a TAP and its guest.
 */
final class Lab implements Closeable {
  static final String HOST4 = "192.0.2.2";
  static final String HOST6 = "2001:db8::2";
  static final String OUTSIDE4 = "192.0.2.1";
  static final String OUTSIDE6 = "2001:db8::1";

  /** For what is to be answered; never the time that anything takes. */
  private static final int PATIENCE_MILLIS = 60_000;

  /** After which what is not to be answered is said to be silent. */
  private static final int SILENCE_MILLIS = 600;

  final NamespaceThread host = new NamespaceThread();
  final NamespaceThread outside = new NamespaceThread();
  final Links links = host.call(() -> Links.open(SampleNetworks.ROOT));
  final Firewall firewall = host.call(() -> Firewall.open(SampleNetworks.ROOT));

  private final Deque<Closeable> open = new ArrayDeque<>();
  private final List<Network> networks = new ArrayList<>();
  private final List<Endpoint> endpoints = new ArrayList<>();

  Lab() throws Exception {
    host.sh("ip link add up0 type veth peer name eth0 netns " + outside.id());
    host.sh(
        "ip addr add 192.0.2.2/24 dev up0; ip addr add 2001:db8::2/64 dev up0 nodad;"
            + "ip link set up0 up; ip route add default via 192.0.2.1;"
            + "ip -6 route add default via 2001:db8::1");
    // The outside knows the way to the containers, and must be kept out by us, not by ignorance.
    outside.sh(
        "ip addr add 192.0.2.1/24 dev eth0; ip addr add 2001:db8::1/64 dev eth0 nodad;"
            + "ip link set eth0 up; ip route add 10.0.0.0/8 via 192.0.2.2;"
            + "ip -6 route add fd00::/8 via 2001:db8::2");
    awaitLink(outside);
  }

  /**
   * The kernel tells IPv6 of a new link's carrier up to a second later, and it hears nothing till
   * then.
   */
  private static void awaitLink(NamespaceThread machine) throws Exception {
    machine.sh("until ip -o link show eth0 | grep -q 'state UP'; do sleep 0.02; done");
  }

  /** Turns on, or off, that bridged frames pass the packet filter of IP, as Docker wants it. */
  void bridgedFramesAreFiltered(boolean on) throws Exception {
    host.sh(
        "for f in iptables ip6tables; do echo "
            + (on ? 1 : 0)
            + " > /proc/sys/net/bridge/bridge-nf-call-$f; done");
  }

  void add(Network network) throws Exception {
    links.bridge(network);
    networks.add(network);
    host.call(() -> Forwarding.enable(links.bridges(), links.uplinks()));
  }

  /** A container's machine, with its address, a route and nothing that protects others from it. */
  NamespaceThread container(Network network, Lease lease) throws Exception {
    var guest = new NamespaceThread();
    open.push(guest);
    host.sh("ip link add " + lease.tap() + " type veth peer name eth0 netns " + guest.id());
    guest.sh("ip link set eth0 address " + lease.mac() + "; ip link set eth0 up");
    var v4 = network.v4();
    guest.sh(
        "ip addr add "
            + lease.v4()
            + "/"
            + v4.subnet().prefix()
            + " dev eth0; ip route add default via "
            + v4.gateway());
    var v6 = network.v6();
    if (v6 != null) {
      guest.sh(
          "ip addr add "
              + lease.v6()
              + "/64 dev eth0 nodad; ip -6 route add default via "
              + v6.gateway());
    }
    host.call(
        () -> {
          links.connect(network, lease.tap());
          return null;
        });
    awaitLink(guest);
    return guest;
  }

  /** Puts an endpoint in the place of the one with the same lease, and applies all. */
  void apply(Endpoint... changed) throws Exception {
    for (var endpoint : changed) {
      endpoints.removeIf(old -> old.lease().equals(endpoint.lease()));
      endpoints.add(endpoint);
    }
    host.call(
        () -> {
          firewall.apply(networks, endpoints);
          return null;
        });
  }

  /** Serves a port of a machine: every connection is told its own address, as seen from there. */
  void serve(NamespaceThread machine, int port) throws Exception {
    var server = machine.call(() -> new ServerSocket(port));
    open.push(server);
    Thread.ofVirtual().start(() -> serve(server));
  }

  private static void serve(ServerSocket server) {
    while (!server.isClosed()) {
      try (var connection = server.accept()) {
        var peer = connection.getInetAddress().getHostAddress() + "\n";
        connection.getOutputStream().write(peer.getBytes(StandardCharsets.US_ASCII));
      } catch (IOException _) {
        // The client has gone, or the test has ended.
      }
    }
  }

  /** Connects, and returns what the server says of the client's address, or the failure's name. */
  String connect(NamespaceThread from, String address, int port) throws Exception {
    return connect(from, address, port, PATIENCE_MILLIS);
  }

  /** The same where no answer is expected, so that none is waited for in vain. */
  String tryConnect(NamespaceThread from, String address, int port) throws Exception {
    return connect(from, address, port, SILENCE_MILLIS);
  }

  private static String connect(NamespaceThread from, String address, int port, int patience)
      throws Exception {
    return from.call(
        () -> {
          try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), patience);
            socket.setSoTimeout(patience);
            var reader =
                new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            var line = reader.readLine();
            return line == null ? "closed" : IpAddress.parse(line).toString();
          } catch (IOException e) {
            return e.getClass().getSimpleName();
          }
        });
  }

  /** A socket that answers every datagram with what it says. */
  void serveDatagrams(NamespaceThread machine, int port, String answer) throws Exception {
    var server = machine.call(() -> new DatagramSocket(port));
    open.push(server);
    Thread.ofVirtual()
        .start(
            () -> {
              var packet = new DatagramPacket(new byte[64], 64);
              while (!server.isClosed()) {
                try {
                  server.receive(packet);
                  server.send(
                      new DatagramPacket(
                          answer.getBytes(StandardCharsets.US_ASCII),
                          answer.length(),
                          packet.getSocketAddress()));
                } catch (IOException _) {
                  // The test has ended, or the client's port is closed.
                }
              }
            });
  }

  /** Sends from a socket, and returns the answer, or the failure's name. */
  static String ask(DatagramSocket socket, String address, int port) {
    try {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.send(new DatagramPacket(new byte[] {'?'}, 1, new InetSocketAddress(address, port)));
      var packet = new DatagramPacket(new byte[64], 64);
      socket.receive(packet);
      return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return e.getClass().getSimpleName();
    }
  }

  @Override
  public void close() throws IOException {
    for (var one : open) {
      one.close();
    }
    links.close();
    firewall.close();
    outside.close();
    host.close();
  }
}
