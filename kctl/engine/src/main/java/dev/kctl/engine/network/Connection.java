package dev.kctl.engine.network;

import dev.kctl.net.DnsResolver;
import dev.kctl.net.Endpoint;
import dev.kctl.net.IpAddress;
import dev.kctl.net.PublishedPort;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a container has of networks during one run: ports, addresses, and, once it is plugged in,
 * TAPs and rules. Closing it takes all of that back.
 */
public final class Connection implements AutoCloseable {
  private final ContainerNetworks networks;
  private final NetworkWishes wishes;
  private final PublishedPorts ports;
  private volatile List<LiveEndpoint> endpoints;
  private boolean plugged;
  private boolean closed;

  Connection(
      ContainerNetworks networks,
      NetworkWishes wishes,
      List<LiveEndpoint> endpoints,
      PublishedPorts ports) {
    this.networks = networks;
    this.wishes = wishes;
    this.endpoints = List.copyOf(endpoints);
    this.ports = ports;
  }

  /** Its networks, in the order of its interfaces. */
  public List<LiveEndpoint> endpoints() {
    return endpoints;
  }

  /** What the host publishes of it. */
  public List<PublishedPort> ports() {
    return ports.ports();
  }

  NetworkWishes wishes() {
    return wishes;
  }

  /** Makes its TAPs and rules, and begins to carry its ports. */
  public synchronized void plugIn(int uid) {
    if (closed) {
      return; // the start has failed meanwhile
    }
    plugged = true;
    for (var endpoint : endpoints) {
      networks.host().up(endpoint.network());
      networks.host().attach(rules(endpoint), uid);
    }
    serve();
  }

  /** It is plugged in already: its machine outlived an engine. */
  synchronized void adopted() {
    plugged = true;
    serve();
  }

  private void serve() {
    outlet().ifPresent(outlet -> ports.serve(outlet.lease()));
  }

  /** What the packet filter is to know of it in one network. */
  Endpoint rules(LiveEndpoint endpoint) {
    var publishes = outlet().filter(endpoint::equals).isPresent();
    return new Endpoint(
        endpoint.network(),
        endpoint.lease(),
        publishes ? ports.ports() : List.of(),
        wishes.reachesHost(),
        null);
  }

  /** The network that leads to the outside, and through which its ports are published. */
  private Optional<LiveEndpoint> outlet() {
    return byPriority().filter(endpoint -> !endpoint.network().internal()).findFirst();
  }

  private Stream<LiveEndpoint> byPriority() {
    return endpoints.stream()
        .sorted(Comparator.comparingInt(endpoint -> -endpoint.wish().gatewayPriority()));
  }

  /** The devices of its machine; it must be plugged in. */
  public List<GuestNetwork.Device> devices() {
    return endpoints.stream()
        .map(
            endpoint ->
                new GuestNetwork.Device(
                    endpoint.lease().tap(),
                    endpoint.lease().mac().toString(),
                    networks.host().mtu(endpoint.network())))
        .toList();
  }

  /** What its guest is to be told; it need not be plugged in for that. */
  public GuestNetwork guest(Resident resident) {
    if (endpoints.isEmpty()) {
      var hosts = NameFiles.hosts(wishes, resident, List.of(), List.of());
      return new GuestNetwork(List.of(), hosts, NameFiles.resolvConf(wishes.dns()), false);
    }
    var own = endpoints.stream().flatMap(endpoint -> endpoint.lease().addresses()).toList();
    return new GuestNetwork(
        byPriority().map(this::device).toList(),
        NameFiles.hosts(wishes, resident, own, gateways()),
        NameFiles.resolvConf(wishes.dns(), networks.hostsSearch()),
        true);
  }

  /** The host's addresses, as the container reaches them. */
  private List<IpAddress> gateways() {
    return outlet().or(() -> byPriority().findFirst()).stream()
        .flatMap(endpoint -> endpoint.network().spaces())
        .map(space -> space.gateway())
        .toList();
  }

  private GuestNetwork.Interface device(LiveEndpoint endpoint) {
    var network = endpoint.network();
    var lease = endpoint.lease();
    var addresses = new ArrayList<String>();
    addresses.add(lease.v4() + "/" + network.v4().subnet().prefix());
    var v6 = network.v6();
    if (v6 != null && lease.v6() != null) {
      addresses.add(lease.v6() + "/" + v6.subnet().prefix());
    }
    return new GuestNetwork.Interface(
        "eth" + endpoints.indexOf(endpoint),
        lease.mac().toString(),
        addresses,
        network.internal() ? "" : network.v4().gateway().toString(),
        network.internal() || v6 == null ? "" : v6.gateway().toString());
  }

  /** Who answers its questions for names; nobody where it has loopback alone. */
  public Optional<DnsResolver> resolver() {
    return endpoints.isEmpty() ? Optional.empty() : Optional.of(networks.resolver(this));
  }

  /** Whether nothing leads out of its networks. */
  boolean isInternal() {
    return endpoints.stream().allMatch(endpoint -> endpoint.network().internal());
  }

  void renamed(String name) {
    endpoints =
        endpoints.stream().map(endpoint -> endpoint.of(endpoint.resident().renamed(name))).toList();
  }

  /** The engine leaves: the ports are anybody's, and the rest stays. */
  void letGo() {
    step(ports::close);
  }

  /** Takes everything back, whatever of it there is; takes some 20 ms for each network. */
  @Override
  public synchronized void close() {
    if (closed || endpoints.isEmpty()) {
      return;
    }
    closed = true;
    step(ports::close);
    for (var endpoint : endpoints) {
      if (plugged) {
        step(() -> networks.host().detach(endpoint.lease()));
      }
      step(() -> networks.store().release(endpoint.lease()));
    }
    step(() -> networks.forget(this));
    try {
      Files.deleteIfExists(endpoints.getFirst().resident().file());
    } catch (IOException e) {
      System.err.println("engine: " + e);
    }
  }

  /** One failure is no reason to leave the rest where it is. */
  private static void step(Runnable undo) {
    try {
      undo.run();
    } catch (RuntimeException e) {
      System.err.println("engine: disconnecting a container: " + e.getMessage());
    }
  }
}
