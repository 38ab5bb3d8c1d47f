package dev.kctl.engine.network;

import dev.kctl.net.AddressUnavailable;
import dev.kctl.net.DnsPolicy;
import dev.kctl.net.DnsResolver;
import dev.kctl.net.HostResolvers;
import dev.kctl.net.Lease;
import dev.kctl.net.Network;
import dev.kctl.net.NetworkException;
import dev.kctl.net.NetworkNames;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The networks of the containers that run: connects them, and knows who is where. */
public final class ContainerNetworks implements AutoCloseable {
  private static final int ID_BYTES = 32;
  private static final String FAILED = "failed to set up container networking: ";

  private final NetworkStore store;
  private final HostSide host;
  private final HostResolvers hostResolvers = new HostResolvers();
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Connection> connections = new LinkedHashMap<>();
  private final CompletableFuture<Void> adopted = new CompletableFuture<>();
  private final Reconciler reconciler;

  /** A container whose machine outlived an engine. */
  public record Survivor(Resident resident, NetworkWishes wishes) {}

  /** Connects to the networks of a store, on this host. */
  public ContainerNetworks(NetworkStore store, HostSide host) {
    this.store = store;
    this.host = host;
    this.reconciler = new Reconciler(host, () -> !all().isEmpty());
  }

  /** The networks that there are. */
  public NetworkStore store() {
    return store;
  }

  HostSide host() {
    return host;
  }

  /** Refuses a container that can never be connected here. */
  public void check(NetworkWishes wishes) {
    if (wishes.isNone() && wishes.reachesHost()) {
      throw NetworkRefusal.invalid(
          "host-gateway needs a network: without one a container does not reach the host");
    }
    if (!host.isAvailable() && !wishes.isNone() && !wishes.isUsual()) {
      throw NetworkRefusal.invalid(NoHostSide.NEEDS_ROOT);
    }
  }

  /** What a container will not have although it asked for it. */
  public List<String> warnings(NetworkWishes wishes) {
    return wishes.isNone() && !wishes.ports().mappings().isEmpty()
        ? List.of("ports are not published: the container has no network but loopback")
        : List.of();
  }

  /** Takes a container's ports and addresses; nothing is left of them where one is refused. */
  public Connection connect(Resident resident, NetworkWishes wishes) {
    if (wishes.isNone() || !host.isAvailable()) {
      return none(wishes);
    }
    adopted.join();
    var networks = wishes.endpoints().stream().map(this::network).toList();
    if (!wishes.ports().mappings().isEmpty() && networks.stream().allMatch(Network::internal)) {
      throw NetworkRefusal.invalid(
          FAILED + "ports cannot be published: every network of the container is internal");
    }
    var ports = PublishedPorts.claim(wishes.ports().mappings());
    var endpoints = new ArrayList<LiveEndpoint>();
    try {
      for (var i = 0; i < networks.size(); i++) {
        var wish = wishes.endpoints().get(i);
        var lease = claim(networks.get(i), wish, resident.id());
        endpoints.add(new LiveEndpoint(newId(), networks.get(i), lease, wish, resident));
      }
      var ids = new LinkedHashMap<String, String>();
      endpoints.forEach(endpoint -> ids.put(endpoint.network().id(), endpoint.id()));
      new ConnectionFile(ids, ports.ports()).write(resident.file());
    } catch (RuntimeException e) {
      endpoints.forEach(endpoint -> store.release(endpoint.lease()));
      ports.close();
      throw e;
    }
    return remembered(resident, new Connection(this, wishes, endpoints, ports));
  }

  /** What a container has that is in no network. */
  public Connection none(NetworkWishes wishes) {
    return new Connection(this, wishes, List.of(), PublishedPorts.claim(List.of()));
  }

  private Network network(EndpointWish wish) {
    var network =
        store
            .find(wish.network())
            .orElseThrow(() -> NetworkRefusal.notFound(FAILED, wish.network()));
    wish.check(network);
    return network;
  }

  private Lease claim(Network network, EndpointWish wish, String container) {
    try {
      return store.claim(network, wish.request(container));
    } catch (AddressUnavailable e) {
      throw NetworkRefusal.forbidden(FAILED + "Address already in use: " + e.getMessage());
    } catch (NetworkException e) {
      throw NetworkRefusal.of(e);
    }
  }

  /** The connection of a container that runs. */
  public synchronized Optional<Connection> of(String container) {
    return Optional.ofNullable(connections.get(container));
  }

  /** Who runs in a network now. */
  public List<LiveEndpoint> endpoints(Network network) {
    return all().stream()
        .flatMap(connection -> connection.endpoints().stream())
        .filter(endpoint -> endpoint.network().id().equals(network.id()))
        .toList();
  }

  /** A container has another name now, and is found by it. */
  public void rename(String container, String name) {
    of(container).ifPresent(connection -> connection.renamed(name));
  }

  /**
   * Takes over what an earlier engine made for the containers that live on, and deletes the rest.
   * To be called once, before anything is connected.
   */
  public void adopt(Collection<Survivor> survivors) {
    if (survivors.isEmpty()) {
      // Nobody waits for it but the first container.
      Thread.ofVirtual().start(() -> adoptAll(survivors));
    } else {
      adoptAll(survivors);
    }
  }

  private void adoptAll(Collection<Survivor> survivors) {
    try {
      survivors.forEach(this::restore);
      if (host.isAvailable()) {
        var rules =
            all().stream()
                .flatMap(connection -> connection.endpoints().stream().map(connection::rules))
                .toList();
        host.adopt(store.known(), rules).forEach(Reconciler::tell);
        all().forEach(Connection::adopted);
      }
    } catch (NetworkRefusal e) {
      Reconciler.tell(e.getMessage());
    } finally {
      var _ = store.sweep(lease -> of(lease.container()).isPresent());
      adopted.complete(null);
      reconciler.begin();
    }
  }

  private void restore(Survivor survivor) {
    var resident = survivor.resident();
    var endpoints = new ArrayList<LiveEndpoint>();
    try {
      var file = ConnectionFile.read(resident.file());
      for (var wish : survivor.wishes().endpoints()) {
        for (var lease : store.leases()) {
          var network = store.known(wish.network());
          var id = file.endpoints().get(lease.network());
          if (lease.container().equals(resident.id())
              && id != null
              && network.filter(n -> n.id().equals(lease.network())).isPresent()) {
            endpoints.add(new LiveEndpoint(id, network.get(), lease, wish, resident));
          }
        }
      }
      var ports = PublishedPorts.reclaim(file.ports());
      remembered(resident, new Connection(this, survivor.wishes(), endpoints, ports));
    } catch (IOException e) {
      if (!survivor.wishes().isNone() && host.isAvailable()) {
        Reconciler.tell("container " + resident.name() + " has lost its networks: " + e);
      }
    }
  }

  /** The resolver of a container, which sees the names of its own networks. */
  DnsResolver resolver(Connection connection) {
    var servers = connection.wishes().dns().servers();
    return new DnsResolver(
        () -> names(connection),
        servers.isEmpty() ? hostResolvers : HostResolvers.asking(servers),
        connection.isInternal() ? DnsPolicy.NONE : DnsPolicy.ALL);
  }

  private NetworkNames names(Connection connection) {
    var networks = connection.endpoints().stream().map(LiveEndpoint::network).toList();
    var named =
        networks.stream()
            .flatMap(network -> endpoints(network).stream())
            .map(endpoint -> new NetworkNames.NamedEndpoint(endpoint.lease(), endpoint.names()))
            .toList();
    return NetworkNames.of(networks, named);
  }

  List<String> hostsSearch() {
    try {
      return hostResolvers.search();
    } catch (IOException _) {
      return List.of();
    }
  }

  private Connection remembered(Resident resident, Connection connection) {
    synchronized (this) {
      connections.put(resident.id(), connection);
    }
    return connection;
  }

  synchronized void forget(Connection connection) {
    connections.values().remove(connection);
  }

  private synchronized List<Connection> all() {
    return List.copyOf(connections.values());
  }

  private String newId() {
    var bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Takes all networks off the host, where nobody is connected: nothing of ours is left then. */
  public void leave() {
    adopted.join();
    if (host.isAvailable() && all().isEmpty()) {
      try {
        store.known().forEach(host::down);
      } catch (NetworkRefusal e) {
        Reconciler.tell(e.getMessage());
      }
    }
  }

  /** Lets go of everything, and leaves it where it is. */
  @Override
  public void close() {
    reconciler.close();
    all().forEach(Connection::letGo);
    store.close();
    host.close();
  }
}
