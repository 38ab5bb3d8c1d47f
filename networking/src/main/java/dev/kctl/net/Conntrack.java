package dev.kctl.net;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * The kernel's table of connections. A published port does not reach who sent before it was
 * published, nor does one that is gone let go of who is connected, until their entries are deleted.
 */
public final class Conntrack implements AutoCloseable {
  private static final int SUBSYSTEM = 1 << 8;
  private static final int IPCTNL_MSG_CT_GET = SUBSYSTEM | 1;
  private static final int IPCTNL_MSG_CT_DELETE = SUBSYSTEM | 2;
  private static final int CTA_TUPLE_ORIG = 1;
  private static final int CTA_TUPLE_REPLY = 2;
  private static final int CTA_ID = 12;
  private static final int CTA_ZONE = 18;
  private static final int CTA_TUPLE_IP = 1;
  private static final int CTA_TUPLE_PROTO = 2;
  private static final int CTA_PROTO_NUM = 1;
  private static final int CTA_PROTO_DST_PORT = 3;
  private static final List<Integer> KEYS = List.of(CTA_TUPLE_ORIG, CTA_ID, CTA_ZONE);

  /** {@code struct nfgenmsg}. */
  private static final int HEADER = 4;

  private final Netlink netlink;

  private Conntrack(Netlink netlink) {
    this.netlink = netlink;
  }

  /** Opens the table of the calling thread's network namespace. */
  public static Conntrack open() {
    return new Conntrack(Netlink.netfilter());
  }

  /**
   * Deletes what was sent to ports of the host, or sent on from there, and what comes from or goes
   * to containers; returns how many. All in one: to list the table takes the kernel some 10 ms,
   * however little of it is this namespace's.
   */
  public int forget(Collection<PublishedPort> ports, Collection<IpAddress> containers) {
    return delete(
        entry ->
            ports.stream().anyMatch(port -> isTo(entry, port))
                || containers.stream().anyMatch(container -> isOf(entry, container)));
  }

  private static boolean isTo(Attributes entry, PublishedPort published) {
    var proto = entry.nested(CTA_TUPLE_ORIG).nested(CTA_TUPLE_PROTO);
    var port = proto.bytes(CTA_PROTO_DST_PORT);
    return proto.number(CTA_PROTO_NUM) == published.protocol().number()
        && port.length == 2
        && ((port[0] & 0xff) << 8 | (port[1] & 0xff)) == published.hostPort();
  }

  private static boolean isOf(Attributes entry, IpAddress container) {
    return isIn(entry.nested(CTA_TUPLE_ORIG), container)
        || isIn(entry.nested(CTA_TUPLE_REPLY), container);
  }

  private static boolean isIn(Attributes tuple, IpAddress address) {
    var bytes = address.bytes();
    return tuple.nested(CTA_TUPLE_IP).all().stream()
        .anyMatch(one -> Arrays.equals(one.value(), bytes));
  }

  private int delete(Predicate<Attributes> condition) {
    var request =
        new NetlinkMessage(
            IPCTNL_MSG_CT_GET,
            NetlinkMessage.REQUEST | NetlinkMessage.DUMP,
            netlink.next(),
            new byte[HEADER]);
    var deletions =
        netlink.list(request).stream()
            .map(NetlinkMessage::payload)
            .filter(payload -> condition.test(Attributes.decode(payload, HEADER)))
            .map(this::deletion)
            .toList();
    // One at a time: each is its own request, and one that ended meanwhile is no error.
    deletions.forEach(deletion -> netlink.acknowledged(List.of(deletion)));
    return deletions.size();
  }

  private NetlinkMessage deletion(byte[] entry) {
    var payload = new Payload().raw(entry[0], (byte) 0, (byte) 0, (byte) 0);
    for (var attribute : Attributes.decode(entry, HEADER).all()) {
      if (KEYS.contains(attribute.type())) {
        payload.put(
            attribute.type() == CTA_TUPLE_ORIG ? attribute.type() | 0x8000 : attribute.type(),
            attribute.value());
      }
    }
    return new NetlinkMessage(
        IPCTNL_MSG_CT_DELETE,
        NetlinkMessage.REQUEST | NetlinkMessage.ACK,
        netlink.next(),
        payload.bytes());
  }

  @Override
  public void close() {
    netlink.close();
  }
}
