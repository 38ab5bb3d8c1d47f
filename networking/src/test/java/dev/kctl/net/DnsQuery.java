package dev.kctl.net;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/** Queries for tests. */
final class DnsQuery {
  private final byte[] name;
  private final int type;
  private int id = 4711;
  private int udpSize;

  private DnsQuery(byte[] name, int type) {
    this.name = name;
    this.type = type;
  }

  static DnsQuery of(String name, int type) {
    return new DnsQuery(DnsReply.name(name), type);
  }

  DnsQuery id(int id) {
    this.id = id;
    return this;
  }

  DnsQuery udpSize(int udpSize) {
    this.udpSize = udpSize;
    return this;
  }

  byte[] bytes() {
    var bytes = ByteBuffer.allocate(DnsMessage.HEADER + name.length + 4 + (udpSize == 0 ? 0 : 11));
    bytes.putShort((short) id).putShort((short) DnsMessage.RECURSION_DESIRED).putShort((short) 1);
    bytes.position(DnsMessage.HEADER).put(name).putShort((short) type).putShort((short) 1);
    if (udpSize != 0) {
      bytes.putShort(10, (short) 1).put((byte) 0).putShort((short) 41).putShort((short) udpSize);
    }
    return bytes.array();
  }

  /** An answer to a query, with addresses, or as long as is wished. */
  static byte[] answer(byte[] query, int responseCode, IpAddress... addresses) {
    try {
      var message = DnsMessage.decode(query);
      var data = Arrays.stream(addresses).map(IpAddress::bytes).toList();
      return addresses.length == 0
          ? DnsReply.empty(query, message, responseCode)
          : DnsReply.of(query, message, data, 0xffff);
    } catch (DnsException e) {
      throw new AssertionError(e);
    }
  }

  static String reverse(IpAddress address) {
    var bytes = address.bytes();
    var text = new StringBuilder();
    if (address.family() == Family.IPV4) {
      for (var i = 3; i >= 0; i--) {
        text.append(bytes[i] & 0xff).append('.');
      }
      return text + "in-addr.arpa";
    }
    var hex = new StringBuilder(HexFormat.of().formatHex(bytes)).reverse();
    hex.chars().forEach(digit -> text.append((char) digit).append('.'));
    return text + "ip6.arpa";
  }
}
