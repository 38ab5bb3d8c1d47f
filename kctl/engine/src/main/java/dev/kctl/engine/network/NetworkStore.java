package dev.kctl.engine.network;

import dev.kctl.net.Lease;
import dev.kctl.net.LeaseRequest;
import dev.kctl.net.Leases;
import dev.kctl.net.Network;
import dev.kctl.net.NetworkSpec;
import dev.kctl.net.Networks;
import dev.kctl.net.NoSuchNetwork;
import dev.kctl.net.RootTag;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The networks of a data root, and who has which address in them. The default network is made on
 * first use.
 */
public final class NetworkStore implements AutoCloseable {
  /** Docker's name of the default network. */
  public static final String DEFAULT = "bridge";

  /** The network of containers that have none. */
  public static final String NONE = "none";

  private static final String ALIAS_OF_DEFAULT = "default";
  private static final Set<String> RESERVED = Set.of(DEFAULT, NONE, "host", ALIAS_OF_DEFAULT);

  private final Networks networks;
  private final Leases leases;
  private final HostSide host;

  private NetworkStore(Networks networks, Leases leases, HostSide host) {
    this.networks = networks;
    this.leases = leases;
    this.host = host;
  }

  /**
   * Opens the networks of a data root.
   *
   * @param machineId of this host, whose unique local prefix is made of it
   * @param bootId of this boot: leases of others are gone
   */
  public static NetworkStore open(Path root, String machineId, String bootId, HostSide host) {
    return NetworkRefusal.translated(
        () -> {
          var networks = Networks.open(root.resolve("networks"), machineId, RootTag.of(root));
          return new NetworkStore(networks, Leases.open(root.resolve("leases"), bootId), host);
        });
  }

  /** Whether a name is not for a network that somebody makes. */
  public static boolean isReserved(String name) {
    return RESERVED.contains(name);
  }

  /** Whether networks can be had here at all. */
  public boolean isAvailable() {
    return host.isAvailable();
  }

  /** All of them, the default one first; {@code none} and {@code host} are none of ours. */
  public synchronized List<Network> list() {
    if (host.isAvailable()) {
      var _ = defaultNetwork();
    }
    return networks.all().stream()
        .sorted((a, b) -> Boolean.compare(isDefault(b), isDefault(a)))
        .toList();
  }

  /** Those that were made so far. */
  List<Network> known() {
    return networks.all();
  }

  /** The same as {@link #find}, but nothing is made for it: to show is not to use. */
  Optional<Network> known(String reference) {
    try {
      return Optional.of(networks.get(reference));
    } catch (NoSuchNetwork _) {
      return Optional.empty();
    }
  }

  /** By name, id, or the beginning of an id; {@code default} is the default one. */
  public synchronized Optional<Network> find(String reference) {
    if (reference.equals(DEFAULT) || reference.equals(ALIAS_OF_DEFAULT)) {
      return host.isAvailable() ? Optional.of(defaultNetwork()) : Optional.empty();
    }
    return known(reference);
  }

  /** The same, refused where there is none. */
  public Network get(String reference) {
    return find(reference).orElseThrow(() -> NetworkRefusal.notFound(reference));
  }

  /** Whether it is the one of containers that name none. */
  public static boolean isDefault(Network network) {
    return network.name().equals(DEFAULT);
  }

  /** Makes a network; its bridge comes with its first container. */
  public synchronized Network create(NetworkSpec spec) {
    if (isReserved(spec.name())) {
      throw NetworkRefusal.forbidden(
          "operation is not permitted on predefined " + spec.name() + " network");
    }
    if (networks.all().stream().anyMatch(network -> network.name().equals(spec.name()))) {
      throw NetworkRefusal.conflict("network with name " + spec.name() + " already exists");
    }
    return NetworkRefusal.translated(() -> networks.create(spec, host.routes()));
  }

  /** Removes a network in which no container runs. */
  public synchronized void remove(Network network) {
    if (isReserved(network.name())) {
      throw NetworkRefusal.forbidden(
          network.name() + " is a pre-defined network and cannot be removed");
    }
    if (!leases.of(network).isEmpty()) {
      throw NetworkRefusal.forbidden(
          "error while removing network: network "
              + network.name()
              + " id "
              + network.id()
              + " has active endpoints");
    }
    NetworkRefusal.translated(
        () -> {
          host.down(network);
          networks.remove(network);
        });
  }

  /** Who runs in a network now. */
  public List<Lease> leases(Network network) {
    return leases.of(network);
  }

  /** Gives a container an address in a network, as long as that is there. */
  synchronized Lease claim(Network network, LeaseRequest request) {
    if (networks.all().stream().noneMatch(other -> other.id().equals(network.id()))) {
      throw NetworkRefusal.notFound(network.name());
    }
    return leases.claim(network, request);
  }

  void release(Lease lease) {
    leases.release(lease);
  }

  List<Lease> leases() {
    return leases.all();
  }

  List<Lease> sweep(Predicate<Lease> claimed) {
    return leases.sweep(claimed);
  }

  private Network defaultNetwork() {
    return networks.all().stream()
        .filter(NetworkStore::isDefault)
        .findFirst()
        .orElseGet(
            () ->
                NetworkRefusal.translated(
                    () -> networks.create(NetworkSpec.named(DEFAULT).withIpv6(), host.routes())));
  }

  @Override
  public void close() {
    networks.close();
    leases.close();
  }
}
