package dev.kctl.engine.network;

import dev.kctl.net.Endpoint;
import dev.kctl.net.Lease;
import dev.kctl.net.Network;
import dev.kctl.net.Subnet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A host that only remembers what it was asked to make. */
public final class FakeHostSide implements HostSide {
  private static final int MTU = 1400;

  final List<Subnet> routes = new ArrayList<>();
  final Map<String, Network> up = new LinkedHashMap<>();
  final Map<String, Endpoint> attached = new LinkedHashMap<>();

  /** The names of TAPs that cannot be made, as on a full host. */
  volatile boolean full;

  @Override
  public boolean isAvailable() {
    return true;
  }

  @Override
  public List<Subnet> routes() {
    return routes;
  }

  @Override
  public synchronized void up(Network network) {
    up.put(network.id(), network);
  }

  @Override
  public int mtu(Network network) {
    return network.mtu() == 0 ? MTU : network.mtu();
  }

  @Override
  public synchronized void attach(Endpoint endpoint, int uid) {
    if (full) {
      throw NetworkRefusal.failed("no more TAPs");
    }
    if (!up.containsKey(endpoint.network().id())) {
      throw new IllegalStateException("network is not up: " + endpoint.network().name());
    }
    attached.put(endpoint.lease().tap(), endpoint);
  }

  @Override
  public synchronized void detach(Lease lease) {
    attached.remove(lease.tap());
  }

  @Override
  public synchronized void down(Network network) {
    up.remove(network.id());
  }

  @Override
  public synchronized List<String> adopt(Collection<Network> known, Collection<Endpoint> live) {
    live.forEach(endpoint -> up.put(endpoint.network().id(), endpoint.network()));
    live.forEach(endpoint -> attached.put(endpoint.lease().tap(), endpoint));
    return List.of();
  }

  @Override
  public List<String> reconcile() {
    return List.of();
  }

  @Override
  public void close() {}
}
