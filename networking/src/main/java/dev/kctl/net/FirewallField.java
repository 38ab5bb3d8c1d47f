package dev.kctl.net;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One field of an element's key or data, as the kernel and as {@code nft} take it. */
sealed interface FirewallField {
  /** The least value that is meant, in the order of the network. */
  byte[] first();

  /** The greatest value that is meant. */
  default byte[] last() {
    return first();
  }

  /** As {@code nft} writes it. */
  String text();

  /** A device's name. */
  record Device(String name) implements FirewallField {
    private static final int IFNAMSIZ = 16;

    @Override
    public byte[] first() {
      return Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), IFNAMSIZ);
    }

    @Override
    public String text() {
      return '"' + name + '"';
    }
  }

  /** A link-layer address. */
  record Station(MacAddress mac) implements FirewallField {
    @Override
    public byte[] first() {
      return mac.bytes();
    }

    @Override
    public String text() {
      return mac.toString();
    }
  }

  /** One address, or all of a subnet. */
  record Addresses(Subnet subnet) implements FirewallField {
    static Addresses one(IpAddress address) {
      return new Addresses(new Subnet(address, address.family().bits()));
    }

    @Override
    public byte[] first() {
      return subnet.network().bytes();
    }

    @Override
    public byte[] last() {
      return subnet.last().bytes();
    }

    @Override
    public String text() {
      return subnet.prefix() == subnet.family().bits()
          ? subnet.network().toString()
          : subnet.toString();
    }
  }

  /**
   * A number of 128 bits that stands for an IPv6 address where {@code nft} knows no type for it.
   */
  record RawIpv6(IpAddress address) implements FirewallField {
    @Override
    public byte[] first() {
      return address.bytes();
    }

    @Override
    public String text() {
      return "0x" + address.value().toString(16);
    }
  }

  /** A transport protocol. */
  record Transport(Protocol protocol) implements FirewallField {
    @Override
    public byte[] first() {
      return new byte[] {(byte) protocol.number()};
    }

    @Override
    public String text() {
      return protocol.toString();
    }
  }

  /** Ports. */
  record Ports(PortRange range) implements FirewallField {
    @Override
    public byte[] first() {
      return bytes(range.first());
    }

    @Override
    public byte[] last() {
      return bytes(range.last());
    }

    @Override
    public String text() {
      return range.toString();
    }

    private static byte[] bytes(int port) {
      return ByteBuffer.allocate(Short.BYTES).putShort((short) port).array();
    }
  }
}
