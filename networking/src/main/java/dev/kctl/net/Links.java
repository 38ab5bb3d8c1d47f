package dev.kctl.net;

import dev.kctl.linux.Tap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Bridges and TAPs, in the network namespace of the thread that opened this. Everything may be
 * asked for again: what is there already, or gone already, is no error.
 */
public final class Links implements AutoCloseable {
  private static final Path SYSCTL = Path.of("/proc/sys/net");
  private static final Path TUN = Path.of("/dev/net/tun");
  private static final int IFINFOMSG = 16;
  private static final int RTMSG = 12;
  private static final int LINK_LOCAL_PREFIX = 64;
  private static final int DEFAULT_MTU = 1500;

  private final Netlink netlink;
  private final RootTag root;

  private Links(Netlink netlink, RootTag root) {
    this.netlink = netlink;
    this.root = root;
  }

  /** Opens a socket to the kernel, for the devices of one data root. */
  public static Links open(RootTag root) {
    return new Links(Netlink.route(), root);
  }

  /** Makes a network's bridge, up, with the gateway's addresses. */
  public void bridge(Network network) {
    var name = network.bridge();
    var mtu = mtu(network);
    var made = one(LinkMessages.newBridge(netlink.next(), name, network.bridgeMac(), mtu));
    tolerate(made, "making bridge " + name, NetlinkAck.EEXIST);
    var index = get(name).index();
    var wanted = new ArrayList<NetlinkMessage>();
    wanted.add(LinkMessages.setLink(netlink.next(), index, network.bridgeMac(), mtu));
    wanted.add(LinkMessages.up(netlink.next(), index));
    network
        .spaces()
        .forEach(
            space ->
                wanted.add(
                    LinkMessages.newAddress(
                        netlink.next(), index, space.gateway(), space.subnet().prefix())));
    if (network.v6() != null) {
      // Without one the kernel asks nobody's neighbours for packets that it forwards.
      var linkLocal = network.bridgeMac().linkLocal();
      wanted.add(LinkMessages.newAddress(netlink.next(), index, linkLocal, LINK_LOCAL_PREFIX));
    }
    netlink
        .acknowledged(wanted)
        .forEach(ack -> tolerate(ack, "setting up bridge " + name, NetlinkAck.EEXIST));
  }

  /**
   * Makes a container's TAP, persistent, a port of its network's bridge, and up.
   *
   * @param uid of the VMM, which opens it by name
   */
  public void tap(Network network, Lease lease, int uid) {
    var name = lease.tap();
    try (var tap = Tap.open(name)) {
      tap.give(uid);
      tap.persist(true);
    } catch (IOException e) {
      throw new KernelRefused(
          "making TAP " + name + (Files.isWritable(TUN) ? "" : " (" + TUN + " is not writable)"),
          e);
    }
    connect(network, name);
  }

  /** Makes a device a port of a network's bridge, and brings it up. */
  void connect(Network network, String name) {
    var bridge = get(network.bridge());
    var index = get(name).index();
    var hairpin = bridgedFramesAreFiltered();
    var acks =
        netlink.acknowledged(
            List.of(
                LinkMessages.enslave(netlink.next(), index, bridge.index(), bridge.mtu()),
                LinkMessages.port(netlink.next(), index, hairpin, network.isolated()),
                LinkMessages.up(netlink.next(), index)));
    acks.forEach(ack -> tolerate(ack, "connecting " + name + " to " + network.bridge()));
  }

  /** Removes a bridge or a TAP; the kernel takes some 20 ms for it (an RCU grace period). */
  public void delete(String name) {
    tolerate(one(LinkMessages.delete(netlink.next(), name)), "deleting " + name, NetlinkAck.ENODEV);
  }

  /** The names of TAPs of ours that no VMM holds. */
  public List<String> idleTaps() {
    return all().stream()
        .filter(link -> link.name().startsWith(root.taps()) && link.kind().equals("tun"))
        .filter(link -> !link.carrier())
        .map(Link::name)
        .toList();
  }

  /** The names of all bridges of ours. */
  public List<String> bridges() {
    return all().stream()
        .filter(link -> link.name().startsWith(root.bridges()) && link.kind().equals("bridge"))
        .map(Link::name)
        .toList();
  }

  /** The subnets that this host has routes to, the default route not among them. */
  public List<Subnet> routes() {
    return netlink.list(LinkMessages.routes(netlink.next())).stream()
        .map(NetlinkMessage::payload)
        .filter(route -> route.length >= RTMSG && route[1] > 0)
        .flatMap(route -> destination(route).stream())
        .distinct()
        .toList();
  }

  List<Link> all() {
    return netlink.list(LinkMessages.links(netlink.next())).stream()
        .filter(message -> message.type() == LinkMessages.RTM_NEWLINK)
        .map(message -> link(message.payload()))
        .toList();
  }

  Optional<Link> find(String name) {
    try {
      var answers = netlink.list(LinkMessages.find(netlink.next(), name));
      return answers.stream().findFirst().map(answer -> link(answer.payload()));
    } catch (KernelRefused e) {
      if (e.errno() == NetlinkAck.ENODEV) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** With 1500 where nothing says otherwise; the uplink is the device of the default route. */
  private int mtu(Network network) {
    return network.mtu() == 0 ? uplinkMtu() : network.mtu();
  }

  /** The names of the devices of default routes. */
  public List<String> uplinks() {
    return uplinkDevices().stream().map(Link::name).toList();
  }

  int mtuOf(String name) {
    return get(name).mtu();
  }

  private int uplinkMtu() {
    return uplinkDevices().stream().mapToInt(Link::mtu).min().orElse(DEFAULT_MTU);
  }

  private List<Link> uplinkDevices() {
    var indexes =
        netlink.list(LinkMessages.routes(netlink.next())).stream()
            .map(NetlinkMessage::payload)
            .filter(route -> route.length >= RTMSG && route[1] == 0)
            .map(route -> (int) Attributes.decode(route, RTMSG).number(LinkMessages.RTA_OIF))
            .toList();
    return all().stream()
        .filter(link -> indexes.contains(link.index()) && !link.name().equals("lo"))
        .toList();
  }

  /** With br_netfilter on, frames to the sender's own published port leave where they came in. */
  private static boolean bridgedFramesAreFiltered() {
    try {
      return Files.readString(SYSCTL.resolve("bridge/bridge-nf-call-iptables")).strip().equals("1");
    } catch (IOException _) {
      return false; // no br_netfilter here
    }
  }

  private Link get(String name) {
    return find(name)
        .orElseThrow(() -> new KernelRefused(name, NetlinkAck.ENODEV, "no such device"));
  }

  private NetlinkAck one(NetlinkMessage message) {
    return netlink.acknowledged(List.of(message)).getFirst();
  }

  private static void tolerate(NetlinkAck ack, String what, int... errnos) {
    if (ack.errno() != 0 && !ack.isAny(errnos)) {
      throw ack.refused(what);
    }
  }

  private static Link link(byte[] payload) {
    var header = ByteBuffer.wrap(payload).order(NetlinkMessage.ORDER);
    var index = header.getInt(4);
    var flags = header.getInt(8);
    var attributes = Attributes.decode(payload, IFINFOMSG);
    return new Link(
        index,
        attributes.string(LinkMessages.IFLA_IFNAME),
        (int) attributes.number(LinkMessages.IFLA_MTU),
        (int) attributes.number(LinkMessages.IFLA_MASTER),
        attributes.nested(LinkMessages.IFLA_LINKINFO).string(LinkMessages.IFLA_INFO_KIND),
        (flags & LinkMessages.IFF_UP) != 0,
        (flags & LinkMessages.IFF_LOWER_UP) != 0);
  }

  private static Optional<Subnet> destination(byte[] route) {
    var address = Attributes.decode(route, RTMSG).bytes(LinkMessages.RTA_DST);
    return address.length == 4 || address.length == 16
        ? Optional.of(Subnet.around(IpAddress.of(address), route[1] & 0xff))
        : Optional.empty();
  }

  @Override
  public void close() {
    netlink.close();
  }
}
