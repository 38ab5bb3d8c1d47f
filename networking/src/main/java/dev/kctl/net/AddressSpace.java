package dev.kctl.net;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of one family in a network.
 *
 * @param range the part of the subnet that containers get theirs from unless they ask for one
 */
public record AddressSpace(Subnet subnet, Subnet range, IpAddress gateway) {
  /** Network, gateway, one container, and the broadcast address of IPv4. */
  private static final int FREE_BITS = 2;

  public AddressSpace {
    if (subnet.prefix() > subnet.family().bits() - FREE_BITS) {
      throw new InvalidNetworkValue(
          "subnet " + subnet + " has no room for a gateway and containers");
    }
    if (!subnet.contains(range)) {
      throw new InvalidNetworkValue("range " + range + " is not within subnet " + subnet);
    }
    if (!subnet.contains(gateway) || isEdge(subnet, gateway)) {
      throw new InvalidNetworkValue(
          "gateway " + gateway + " is no address for a host in " + subnet);
    }
  }

  /** Fills in what was not said: the whole subnet, and its first address as the gateway. */
  public static AddressSpace of(
      Subnet subnet, @Nullable Subnet range, @Nullable IpAddress gateway) {
    return new AddressSpace(
        subnet,
        range == null ? subnet : range,
        gateway == null ? subnet.network().plus(BigInteger.ONE) : gateway);
  }

  /** Whether a container can have it: no edge of the subnet, and not the gateway's. */
  boolean isForContainers(IpAddress address) {
    return subnet.contains(address) && !isEdge(subnet, address) && !address.equals(gateway);
  }

  /** The subnet's own address, which for IPv6 is every router's, and IPv4's broadcast address. */
  private static boolean isEdge(Subnet subnet, IpAddress address) {
    return address.equals(subnet.network())
        || (subnet.family() == Family.IPV4 && address.equals(subnet.last()));
  }
}
