package dev.kctl.cli;

import java.math.BigInteger;
import java.net.InetAddress;

/**
 * A subnet as a user writes it.
 *
 * @param bits of the addresses: 32 or 128
 */
record SubnetText(String text, BigInteger address, int prefix, int bits) {
  static SubnetText parse(String flag, String text) {
    var slash = text.indexOf('/');
    var address = slash < 0 ? "" : text.substring(0, slash);
    if (!IpText.isAddress(address)) {
      throw new UsageError("invalid value " + text + " for " + flag + ": not ADDRESS/LENGTH");
    }
    var bits = address.indexOf(':') < 0 ? 32 : 128;
    var prefix = Numbers.within(flag, text.substring(slash + 1), 0, bits);
    return new SubnetText(text, number(address), (int) prefix, bits);
  }

  /** Whether an address lies in it. */
  boolean contains(String ip) {
    var sameFamily = (ip.indexOf(':') < 0) == (bits == 32);
    return sameFamily && sameHead(number(ip));
  }

  boolean contains(SubnetText other) {
    return bits == other.bits && prefix <= other.prefix && sameHead(other.address);
  }

  boolean overlaps(SubnetText other) {
    return contains(other) || other.contains(this);
  }

  private boolean sameHead(BigInteger other) {
    return address.xor(other).shiftRight(bits - prefix).signum() == 0;
  }

  private static BigInteger number(String ip) {
    return new BigInteger(1, InetAddress.ofLiteral(ip).getAddress());
  }
}
