package dev.kctl.net;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The names that one container sees: those of the containers in its networks, and of no others.
 * What is not in a network that it shares is not in here.
 */
public final class NetworkNames {
  /** No names. */
  public static final NetworkNames NONE = new NetworkNames(List.of(), List.of());

  private static final Pattern REVERSE4 =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.in-addr\\.arpa");
  private static final Pattern REVERSE6 = Pattern.compile("((?:[0-9a-f]\\.){32})ip6\\.arpa");

  private final Map<String, List<IpAddress>> addresses = new HashMap<>();
  private final Map<IpAddress, String> names = new HashMap<>();
  private final List<Subnet> subnets;

  private NetworkNames(Collection<Network> networks, Collection<NamedEndpoint> endpoints) {
    subnets = networks.stream().flatMap(Network::spaces).map(AddressSpace::subnet).toList();
    endpoints.forEach(this::add);
  }

  /**
   * A container's names in one network.
   *
   * @param names the first is the answer for its address; then aliases and its short id
   */
  public record NamedEndpoint(Lease lease, List<String> names) {
    public NamedEndpoint {
      names = List.copyOf(names);
    }
  }

  /**
   * Collects what a container sees.
   *
   * @param networks those it is in
   * @param endpoints of all containers, of which only those in these networks count
   */
  public static NetworkNames of(Collection<Network> networks, Collection<NamedEndpoint> endpoints) {
    var ids = networks.stream().map(Network::id).toList();
    return new NetworkNames(
        networks, endpoints.stream().filter(e -> ids.contains(e.lease().network())).toList());
  }

  private void add(NamedEndpoint endpoint) {
    for (var name : endpoint.names()) {
      var found = addresses.computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>());
      endpoint.lease().addresses().filter(address -> !found.contains(address)).forEach(found::add);
    }
    endpoint.names().stream()
        .findFirst()
        .ifPresent(name -> endpoint.lease().addresses().forEach(a -> names.put(a, name)));
  }

  /** The addresses of a name in lower case; empty where the name is not known. */
  Optional<List<IpAddress>> addresses(String name) {
    return Optional.ofNullable(addresses.get(name)).map(List::copyOf);
  }

  Optional<String> name(IpAddress address) {
    return Optional.ofNullable(names.get(address));
  }

  /** Whether nobody else can know an address' name. */
  boolean isOurs(IpAddress address) {
    return subnets.stream().anyMatch(subnet -> subnet.contains(address));
  }

  /** The address whose name is asked for by {@code 2.0.7.10.in-addr.arpa} and its like. */
  static Optional<IpAddress> reversed(String question) {
    var four = REVERSE4.matcher(question);
    if (four.matches()) {
      try {
        var text = String.join(".", four.group(4), four.group(3), four.group(2), four.group(1));
        return Optional.of(IpAddress.parse(text));
      } catch (InvalidNetworkValue _) {
        return Optional.empty();
      }
    }
    var six = REVERSE6.matcher(question);
    if (!six.matches()) {
      return Optional.empty();
    }
    var digits = new StringBuilder(six.group(1).replace(".", "")).reverse().toString();
    return Optional.of(new IpAddress(Family.IPV6, new BigInteger(digits, 16)));
  }
}
