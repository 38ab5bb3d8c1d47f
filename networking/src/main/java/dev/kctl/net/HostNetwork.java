package dev.kctl.net;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The networks of the host as they are to be, and the ways to make them so. What is to be is the
 * caller's state; this holds it only to compare. Opened by one thread's network namespace, and used
 * there.
 */
public final class HostNetwork implements AutoCloseable {
  private final ReentrantLock changes = new ReentrantLock();
  private final Links links;
  private final Firewall firewall;
  private final Conntrack conntrack;
  private final Map<String, Network> networks = new LinkedHashMap<>();
  private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();

  private HostNetwork(Links links, Firewall firewall, Conntrack conntrack) {
    this.links = links;
    this.firewall = firewall;
    this.conntrack = conntrack;
  }

  /** Opens the ways for one data root; changes nothing yet. */
  public static HostNetwork open(RootTag root) {
    return new HostNetwork(Links.open(root), Firewall.open(root), Conntrack.open());
  }

  /**
   * Takes over what an earlier engine left: mends what is missing, and deletes TAPs of ours that
   * nobody holds and no endpoint names, and bridges of ours whose network is not known.
   *
   * @param known of which those are taken over that have a bridge or a container
   * @return what was done, one line each
   */
  public List<String> adopt(Collection<Network> known, Collection<Endpoint> attached) {
    changes.lock();
    try {
      attached.forEach(endpoint -> networks.put(endpoint.network().id(), endpoint.network()));
      attached.forEach(endpoint -> endpoints.put(endpoint.lease().tap(), endpoint));
      var bridges = links.bridges();
      known.stream()
          .filter(network -> bridges.contains(network.bridge()))
          .forEach(network -> networks.put(network.id(), network));
      var done = new ArrayList<>(mendLinks());
      for (var bridge : bridges) {
        if (networks.values().stream().noneMatch(network -> network.bridge().equals(bridge))) {
          links.delete(bridge);
          done.add("bridge " + bridge + " is of no network, and is deleted");
        }
      }
      for (var tap : links.idleTaps()) {
        if (!endpoints.containsKey(tap)) {
          links.delete(tap);
          done.add("TAP " + tap + " was abandoned, and is deleted");
        }
      }
      apply();
      return done;
    } finally {
      changes.unlock();
    }
  }

  /** Makes a network's bridge and rules, and lets the host forward. */
  public void up(Network network) {
    changes.lock();
    try {
      if (networks.containsKey(network.id())) {
        return; // mended by reconcile, where it is not
      }
      links.bridge(network);
      Forwarding.enable(links.bridges(), links.uplinks());
      networks.put(network.id(), network);
      apply();
    } finally {
      changes.unlock();
    }
  }

  /**
   * Connects a container, whose lease is written already. Its rules are there before its TAP is.
   *
   * @param uid of the VMM
   */
  public void attach(Endpoint endpoint, int uid) {
    changes.lock();
    try {
      put(endpoint);
      try {
        links.tap(endpoint.network(), endpoint.lease(), uid);
      } catch (NetworkException e) {
        endpoints.remove(endpoint.lease().tap());
        links.delete(endpoint.lease().tap());
        apply();
        throw e;
      }
    } finally {
      changes.unlock();
    }
  }

  /** Changes what a connected container publishes or may do. */
  public void change(Endpoint endpoint) {
    changes.lock();
    try {
      put(endpoint);
    } finally {
      changes.unlock();
    }
  }

  /** Disconnects a container; takes some 20 ms, so do it when nobody waits. */
  public void detach(Lease lease) {
    changes.lock();
    try {
      var endpoint = endpoints.remove(lease.tap());
      apply();
      links.delete(lease.tap());
      conntrack.forget(endpoint == null ? List.of() : endpoint.ports(), lease.addresses().toList());
    } finally {
      changes.unlock();
    }
  }

  /** Removes a network, whose containers are disconnected; with the last one our tables go. */
  public void down(Network network) {
    changes.lock();
    try {
      networks.remove(network.id());
      endpoints.values().removeIf(endpoint -> endpoint.lease().network().equals(network.id()));
      apply();
      links.delete(network.bridge());
    } finally {
      changes.unlock();
    }
  }

  /** Puts right what others changed; returns what was wrong, one line each. */
  public List<String> reconcile() {
    changes.lock();
    try {
      var wrong = new ArrayList<>(mendLinks());
      wrong.addAll(firewall.reconcile());
      return wrong;
    } finally {
      changes.unlock();
    }
  }

  /** The largest packet of a network that is up, its bridge's. */
  public int mtu(Network network) {
    return links.mtuOf(network.bridge());
  }

  /** The subnets that this host has routes to. */
  public List<Subnet> routes() {
    return links.routes();
  }

  /** The rules, for what they counted. */
  public Firewall firewall() {
    return firewall;
  }

  /** Who sent to a port before it was published is heard from now on. */
  private void put(Endpoint endpoint) {
    var before = endpoints.put(endpoint.lease().tap(), endpoint);
    apply();
    // Who calls again by TCP gets an entry of its own.
    var fresh =
        endpoint.ports().stream()
            .filter(port -> port.protocol() != Protocol.TCP)
            .filter(port -> before == null || !before.ports().contains(port))
            .toList();
    if (!fresh.isEmpty()) {
      conntrack.forget(fresh, List.of());
    }
  }

  private void apply() {
    firewall.apply(networks.values(), endpoints.values());
  }

  /** A TAP that is gone cannot be mended while its VMM runs, and is said. */
  private List<String> mendLinks() {
    var wrong = new ArrayList<String>();
    var found = new LinkedHashMap<String, Link>();
    links.all().forEach(link -> found.put(link.name(), link));
    for (var network : networks.values()) {
      var bridge = found.get(network.bridge());
      if (bridge == null || !bridge.up()) {
        links.bridge(network);
        Forwarding.enable(List.of(network.bridge()), links.uplinks());
        wrong.add("bridge " + network.bridge() + " of network " + network.name() + " was gone");
      }
    }
    for (var endpoint : endpoints.values()) {
      var tap = found.get(endpoint.lease().tap());
      var bridge = found.get(endpoint.network().bridge());
      if (tap == null) {
        wrong.add("TAP " + endpoint.lease().tap() + " is gone: restart the container");
      } else if (bridge == null || tap.master() != bridge.index() || !tap.up()) {
        links.connect(endpoint.network(), tap.name());
        wrong.add("TAP " + tap.name() + " was not connected");
      }
    }
    return wrong;
  }

  @Override
  public void close() {
    links.close();
    firewall.close();
    conntrack.close();
  }
}
