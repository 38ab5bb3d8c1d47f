package dev.kctl.net;

import java.util.function.Consumer;

/** The messages of rtnetlink that kctl sends, as pure functions. */
final class LinkMessages {
  static final int RTM_NEWLINK = 16;
  static final int RTM_DELLINK = 17;
  static final int RTM_GETLINK = 18;
  static final int RTM_SETLINK = 19;
  static final int RTM_NEWADDR = 20;
  static final int RTM_GETADDR = 22;
  static final int RTM_GETROUTE = 26;

  static final int IFF_UP = 0x1;
  static final int IFF_LOWER_UP = 0x10000;

  static final int IFLA_ADDRESS = 1;
  static final int IFLA_IFNAME = 3;
  static final int IFLA_MTU = 4;
  static final int IFLA_MASTER = 10;
  static final int IFLA_PROTINFO = 12;
  static final int IFLA_LINKINFO = 18;
  static final int IFLA_AF_SPEC = 26;
  static final int IFLA_INFO_KIND = 1;
  static final int IFLA_INFO_DATA = 2;
  static final int IFA_ADDRESS = 1;
  static final int IFA_LOCAL = 2;
  static final int IFA_FLAGS = 8;
  static final int RTA_DST = 1;
  static final int RTA_OIF = 4;

  private static final int IFLA_BR_STP_STATE = 5;
  private static final int IFLA_BR_GROUP_FWD_MASK = 9;
  private static final int IFLA_BR_MCAST_SNOOPING = 23;
  private static final int IFLA_BRPORT_MODE = 4;
  private static final int IFLA_BRPORT_UNICAST_FLOOD = 9;
  private static final int IFLA_BRPORT_ISOLATED = 33;
  private static final int IFLA_INET6_ADDR_GEN_MODE = 8;
  private static final int ADDR_GEN_MODE_NONE = 1;
  private static final int IFA_F_NODAD = 0x2;

  private static final byte AF_UNSPEC = 0;
  private static final byte AF_INET = 2;
  private static final byte AF_BRIDGE = 7;
  private static final byte AF_INET6 = 10;
  private static final int CHANGE = NetlinkMessage.REQUEST | NetlinkMessage.ACK;

  private LinkMessages() {}

  /** Makes a bridge: no spanning tree, no snooping (neighbour discovery would hang on it). */
  static NetlinkMessage newBridge(int sequence, String name, MacAddress mac, int mtu) {
    return link(
        RTM_NEWLINK,
        CHANGE | NetlinkMessage.CREATE | NetlinkMessage.EXCL,
        sequence,
        0,
        false,
        payload -> {
          payload.putString(IFLA_IFNAME, name).put(IFLA_ADDRESS, mac.bytes());
          payload.putInt(IFLA_MTU, mtu);
          payload.nest(
              IFLA_LINKINFO,
              info ->
                  info.putString(IFLA_INFO_KIND, "bridge")
                      .nest(
                          IFLA_INFO_DATA,
                          data ->
                              data.putInt(IFLA_BR_STP_STATE, 0)
                                  .putShort(IFLA_BR_GROUP_FWD_MASK, 0)
                                  .putByte(IFLA_BR_MCAST_SNOOPING, 0)));
        });
  }

  /** Sets right what is new or what somebody changed; up comes later, else IPv6 would be faster. */
  static NetlinkMessage setLink(int sequence, int index, MacAddress mac, int mtu) {
    return link(
        RTM_SETLINK,
        CHANGE,
        sequence,
        index,
        false,
        payload -> {
          payload.put(IFLA_ADDRESS, mac.bytes()).putInt(IFLA_MTU, mtu);
          noLinkLocal(payload);
        });
  }

  static NetlinkMessage up(int sequence, int index) {
    return link(RTM_SETLINK, CHANGE, sequence, index, true, _ -> {});
  }

  /** Makes a device a bridge's port, without an IPv6 address of its own. */
  static NetlinkMessage enslave(int sequence, int index, int bridge, int mtu) {
    return link(
        RTM_SETLINK,
        CHANGE,
        sequence,
        index,
        false,
        payload -> {
          payload.putInt(IFLA_MTU, mtu).putInt(IFLA_MASTER, bridge);
          noLinkLocal(payload);
        });
  }

  /**
   * Sets what a bridge's port does; cannot be in the message that makes it one.
   *
   * @param hairpin whether frames may leave where they came in
   * @param isolated whether it reaches only ports that are not isolated
   */
  static NetlinkMessage port(int sequence, int index, boolean hairpin, boolean isolated) {
    var payload = new Payload().raw(AF_BRIDGE, (byte) 0, (byte) 0, (byte) 0).ints(index, 0, 0);
    payload.nest(
        IFLA_PROTINFO,
        port ->
            port.putByte(IFLA_BRPORT_MODE, hairpin ? 1 : 0)
                .putByte(IFLA_BRPORT_UNICAST_FLOOD, 1)
                .putByte(IFLA_BRPORT_ISOLATED, isolated ? 1 : 0));
    return new NetlinkMessage(RTM_SETLINK, CHANGE, sequence, payload.bytes());
  }

  static NetlinkMessage delete(int sequence, String name) {
    return link(
        RTM_DELLINK, CHANGE, sequence, 0, false, payload -> payload.putString(IFLA_IFNAME, name));
  }

  /** Asks for one link by its name; the answer is its entry or ENODEV. */
  static NetlinkMessage find(int sequence, String name) {
    return link(
        RTM_GETLINK, CHANGE, sequence, 0, false, payload -> payload.putString(IFLA_IFNAME, name));
  }

  static NetlinkMessage links(int sequence) {
    return link(
        RTM_GETLINK, NetlinkMessage.REQUEST | NetlinkMessage.DUMP, sequence, 0, false, _ -> {});
  }

  /** Gives a bridge an address, without asking whether somebody has it. */
  static NetlinkMessage newAddress(int sequence, int index, IpAddress address, int prefix) {
    var v4 = address.family() == Family.IPV4;
    var payload =
        new Payload().raw(v4 ? AF_INET : AF_INET6, (byte) prefix, (byte) 0, (byte) 0).ints(index);
    payload.put(IFA_LOCAL, address.bytes()).put(IFA_ADDRESS, address.bytes());
    if (!v4) {
      payload.putInt(IFA_FLAGS, IFA_F_NODAD);
    }
    return new NetlinkMessage(
        RTM_NEWADDR,
        CHANGE | NetlinkMessage.CREATE | NetlinkMessage.EXCL,
        sequence,
        payload.bytes());
  }

  /** Lists the routes of both families. */
  static NetlinkMessage routes(int sequence) {
    var rtmsg = new Payload().raw(new byte[12]);
    return new NetlinkMessage(
        RTM_GETROUTE, NetlinkMessage.REQUEST | NetlinkMessage.DUMP, sequence, rtmsg.bytes());
  }

  private static void noLinkLocal(Payload payload) {
    payload.nest(
        IFLA_AF_SPEC,
        families ->
            families.nest(
                AF_INET6, inet6 -> inet6.putByte(IFLA_INET6_ADDR_GEN_MODE, ADDR_GEN_MODE_NONE)));
  }

  private static NetlinkMessage link(
      int type, int flags, int sequence, int index, boolean up, Consumer<Payload> attributes) {
    var payload = new Payload().raw(AF_UNSPEC, (byte) 0, (byte) 0, (byte) 0);
    payload.ints(index, up ? IFF_UP : 0, up ? IFF_UP : 0);
    attributes.accept(payload);
    return new NetlinkMessage(type, flags, sequence, payload.bytes());
  }
}
