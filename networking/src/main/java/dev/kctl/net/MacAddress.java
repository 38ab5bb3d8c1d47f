package dev.kctl.net;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** A link-layer address of one station. */
public record MacAddress(long value) {
  private static final Pattern FORM = Pattern.compile("(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}");
  private static final long MULTICAST = 1L << 40;
  private static final long LOCAL = 2L << 40;
  private static final int LENGTH = 6;

  public MacAddress {
    if (value <= 0 || value >>> 48 != 0 || (value & MULTICAST) != 0) {
      throw new InvalidNetworkValue(
          "not the MAC address of one station: " + text(value & 0xffff_ffff_ffffL));
    }
  }

  /** Reads {@code 02:42:ac:11:00:02}. */
  public static MacAddress parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new InvalidNetworkValue(
          "not a MAC address: "
              + Printable.quote(text)
              + " (one is written like 02:42:ac:11:00:02)");
    }
    return new MacAddress(Long.parseLong(text.replace(":", ""), 16));
  }

  /**
   * The address of a station that has this IPv4 address: one address always has the same, so that
   * an address given anew keeps its neighbours' entries true.
   */
  static MacAddress of(String network, IpAddress ipv4) {
    var salt = (long) (network.hashCode() & 0xff) << 32;
    return new MacAddress(LOCAL | salt | ipv4.value().longValueExact());
  }

  /** A locally administered address from six bytes of somebody's randomness or hash. */
  static MacAddress local(byte[] bytes) {
    var number = ByteBuffer.allocate(Long.BYTES).put(2, bytes, 0, LENGTH).getLong(0);
    return new MacAddress((number & ~MULTICAST) | LOCAL);
  }

  byte[] bytes() {
    var bytes = new byte[LENGTH];
    ByteBuffer.allocate(Long.BYTES).putLong(value).flip().get(2, bytes);
    return bytes;
  }

  /** The link-local IPv6 address that a kernel makes of it by default (EUI-64). */
  IpAddress linkLocal() {
    var mac = bytes();
    var address = ByteBuffer.allocate(16);
    address.put(new byte[] {(byte) 0xfe, (byte) 0x80}).position(8);
    address
        .put((byte) (mac[0] ^ 2))
        .put(mac, 1, 2)
        .put((byte) 0xff)
        .put((byte) 0xfe)
        .put(mac, 3, 3);
    return IpAddress.of(address.array());
  }

  private static String text(long value) {
    var hex = HexFormat.of().toHexDigits(value, 2 * LENGTH);
    return hex.replaceAll("..(?=.)", "$0:");
  }

  @Override
  public String toString() {
    return text(value);
  }
}
