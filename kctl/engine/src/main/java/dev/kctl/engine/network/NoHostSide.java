package dev.kctl.engine.network;

import dev.kctl.net.Endpoint;
import dev.kctl.net.Lease;
import dev.kctl.net.Network;
import dev.kctl.net.Subnet;
import java.util.Collection;
import java.util.List;

/** A host on which the engine may not make networks: containers have loopback only. */
public final class NoHostSide implements HostSide {
  static final String NEEDS_ROOT =
      "networks need root so far: run kctl as root, or start the container with --network none";

  /** The host of an ordinary user's engine. */
  public NoHostSide() {}

  @Override
  public boolean isAvailable() {
    return false;
  }

  @Override
  public List<Subnet> routes() {
    throw refusal();
  }

  @Override
  public void up(Network network) {
    throw refusal();
  }

  @Override
  public int mtu(Network network) {
    throw refusal();
  }

  @Override
  public void attach(Endpoint endpoint, int uid) {
    throw refusal();
  }

  @Override
  public void detach(Lease lease) {}

  @Override
  public void down(Network network) {}

  @Override
  public List<String> adopt(Collection<Network> known, Collection<Endpoint> attached) {
    return List.of();
  }

  @Override
  public List<String> reconcile() {
    return List.of();
  }

  @Override
  public void close() {}

  private NetworkRefusal refusal() {
    return NetworkRefusal.invalid(NEEDS_ROOT);
  }
}
