package dev.kctl.net;

import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** An address of IPv4 or IPv6, without a scope; ordered by family, then by value. */
public record IpAddress(Family family, BigInteger value) implements Comparable<IpAddress> {
  private static final Pattern IPV4 =
      Pattern.compile(
          "(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
  private static final int GROUPS = 8;

  public IpAddress {
    if (value.signum() < 0 || value.bitLength() > family.bits()) {
      throw new InvalidNetworkValue("not an address of " + family + ": " + value);
    }
  }

  /** Reads an address as people write it; asks no name server, takes no abbreviation of IPv4. */
  public static IpAddress parse(String text) {
    if (IPV4.matcher(text).matches() || (text.contains(":") && IPV6.matcher(text).matches())) {
      try {
        var bytes = InetAddress.ofLiteral(text).getAddress();
        // The JDK turns ::ffff:a.b.c.d into IPv4; nobody means that by an IPv6 address.
        if (bytes.length * Byte.SIZE == 128 || !text.contains(":")) {
          return of(bytes);
        }
      } catch (IllegalArgumentException _) {
        // Said below.
      }
    }
    throw new InvalidNetworkValue("not an IP address: " + Printable.quote(text));
  }

  /** An address of 4 or 16 bytes. */
  public static IpAddress of(byte[] bytes) {
    var family = bytes.length == 4 ? Family.IPV4 : Family.IPV6;
    if (bytes.length * Byte.SIZE != family.bits()) {
      throw new InvalidNetworkValue("an address has 4 or 16 bytes, not " + bytes.length);
    }
    return new IpAddress(family, new BigInteger(1, bytes));
  }

  /** The address in the order of the network. */
  public byte[] bytes() {
    var bytes = new byte[family.bits() / Byte.SIZE];
    var number = value.toByteArray();
    var length = Math.min(number.length, bytes.length);
    System.arraycopy(number, number.length - length, bytes, bytes.length - length, length);
    return bytes;
  }

  /** As the JDK's sockets take it. */
  public InetAddress toInet() {
    try {
      return family == Family.IPV4
          ? InetAddress.getByAddress(bytes())
          : Inet6Address.getByAddress(null, bytes(), -1);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 and 16 bytes are addresses", e);
    }
  }

  IpAddress plus(BigInteger offset) {
    return new IpAddress(family, value.add(offset));
  }

  boolean isUnspecified() {
    return value.signum() == 0;
  }

  boolean isLoopback() {
    return family == Family.IPV4
        ? value.shiftRight(24).intValue() == 127
        : value.equals(BigInteger.ONE);
  }

  @Override
  public int compareTo(IpAddress other) {
    var byFamily = family.compareTo(other.family);
    return byFamily != 0 ? byFamily : value.compareTo(other.value);
  }

  /** The one text of an address: RFC 5952 for IPv6. */
  @Override
  public String toString() {
    return family == Family.IPV4 ? ipv4Text() : ipv6Text();
  }

  private String ipv4Text() {
    var number = value.intValue();
    return (number >>> 24)
        + "."
        + (number >>> 16 & 255)
        + "."
        + (number >>> 8 & 255)
        + "."
        + (number & 255);
  }

  private String ipv6Text() {
    var text = new StringBuilder();
    var gap = longestRunOfZeros();
    for (var i = 0; i < GROUPS; i++) {
      if (i == gap.start) {
        text.append("::");
        i += gap.length - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(group(i)));
      }
    }
    return text.toString();
  }

  private int group(int index) {
    return value.shiftRight(16 * (GROUPS - 1 - index)).intValue() & 0xffff;
  }

  /** The first of the longest runs; one group alone is written out. */
  private Run longestRunOfZeros() {
    var longest = new Run(-1, 1);
    for (var start = 0; start < GROUPS; start++) {
      var end = start;
      while (end < GROUPS && group(end) == 0) {
        end++;
      }
      if (end - start > longest.length) {
        longest = new Run(start, end - start);
      }
      start = Math.max(start, end - 1);
    }
    return longest;
  }

  private record Run(int start, int length) {}
}
