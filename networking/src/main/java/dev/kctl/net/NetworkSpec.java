package dev.kctl.net;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A network as its user wants it.
 *
 * @param v6 null for a network without IPv6
 * @param internal whether nothing leads out of it or into it
 * @param isolated whether its containers do not reach each other
 * @param mtu 0 to follow the uplink
 * @param options as the user gave them; what they mean is in the other parts
 */
public record NetworkSpec(
    String name,
    AddressRequest v4,
    @Nullable AddressRequest v6,
    boolean internal,
    boolean isolated,
    int mtu,
    Map<String, String> labels,
    Map<String, String> options) {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}");
  private static final int LEAST_MTU_OF_IPV4 = 68;
  private static final int LEAST_MTU_OF_IPV6 = 1280;
  private static final int LARGEST_MTU = 65_521;

  public NetworkSpec {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidNetworkValue(
          "not a name for a network: "
              + Printable.quote(name)
              + " (letters, digits, _, . and -, the first a letter or digit)");
    }
    var least = v6 == null ? LEAST_MTU_OF_IPV4 : LEAST_MTU_OF_IPV6;
    if (mtu != 0 && (mtu < least || mtu > LARGEST_MTU)) {
      throw new InvalidNetworkValue(
          "mtu " + mtu + " is not between " + least + " and " + LARGEST_MTU);
    }
    labels = Map.copyOf(labels);
    options = Map.copyOf(options);
  }

  /** A network with IPv4 from the default pools, and nothing special. */
  public static NetworkSpec named(String name) {
    return new NetworkSpec(name, AddressRequest.ANY, null, false, false, 0, Map.of(), Map.of());
  }

  /** The same with IPv6 from this host's unique local prefix. */
  public NetworkSpec withIpv6() {
    return new NetworkSpec(name, v4, AddressRequest.ANY, internal, isolated, mtu, labels, options);
  }

  /** The same with these addresses. */
  public NetworkSpec withAddresses(AddressRequest v4, @Nullable AddressRequest v6) {
    return new NetworkSpec(name, v4, v6, internal, isolated, mtu, labels, options);
  }
}
