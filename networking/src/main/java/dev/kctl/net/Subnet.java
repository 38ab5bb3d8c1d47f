package dev.kctl.net;

import java.math.BigInteger;

/** A network's address and the length of its prefix; what follows the prefix is zero. */
public record Subnet(IpAddress network, int prefix) {
  public Subnet {
    if (prefix < 0 || prefix > network.family().bits()) {
      throw new InvalidNetworkValue("a prefix of " + network + " cannot have " + prefix + " bits");
    }
    var start = masked(network, prefix);
    if (!start.equals(network)) {
      throw new InvalidNetworkValue(
          network
              + "/"
              + prefix
              + " is an address in a subnet; the subnet is "
              + start
              + "/"
              + prefix);
    }
  }

  /** Reads {@code 10.1.0.0/16} or {@code fd00::/64}. */
  public static Subnet parse(String text) {
    var slash = text.indexOf('/');
    if (slash < 0) {
      throw new InvalidNetworkValue(
          "not a subnet: " + Printable.quote(text) + " (one is written like 10.1.0.0/16)");
    }
    return new Subnet(
        IpAddress.parse(text.substring(0, slash)), prefix(text, text.substring(slash + 1)));
  }

  /** The subnet of this length that an address is in. */
  public static Subnet around(IpAddress address, int prefix) {
    return new Subnet(masked(address, prefix), prefix);
  }

  private static int prefix(String all, String digits) {
    if (!digits.matches("0|[1-9]\\d{0,2}")) {
      throw new InvalidNetworkValue("not a subnet: " + Printable.quote(all));
    }
    return Integer.parseInt(digits);
  }

  private static IpAddress masked(IpAddress address, int prefix) {
    var free = Math.max(0, address.family().bits() - prefix);
    return new IpAddress(address.family(), address.value().shiftRight(free).shiftLeft(free));
  }

  /** Which version of IP. */
  public Family family() {
    return network.family();
  }

  /** How many addresses it has. */
  BigInteger size() {
    return BigInteger.ONE.shiftLeft(family().bits() - prefix);
  }

  IpAddress last() {
    return network.plus(size().subtract(BigInteger.ONE));
  }

  /** Whether an address lies in it. */
  public boolean contains(IpAddress address) {
    return address.family() == family()
        && address.compareTo(network) >= 0
        && address.compareTo(last()) <= 0;
  }

  /** Whether all of another one lies in it. */
  public boolean contains(Subnet other) {
    return contains(other.network) && other.prefix >= prefix;
  }

  /** Whether they share an address. */
  public boolean overlaps(Subnet other) {
    return contains(other) || other.contains(this);
  }

  @Override
  public String toString() {
    return network + "/" + prefix;
  }
}
