package dev.kctl.engine.network;

import dev.kctl.net.Endpoint;
import dev.kctl.net.Lease;
import dev.kctl.net.Network;
import dev.kctl.net.Subnet;
import java.util.Collection;
import java.util.List;

/** What the host does for networks: the seam behind which bridges, TAPs and rules are. */
public interface HostSide extends AutoCloseable {
  /** Whether this engine can have networks at all; whatever else is asked is refused where not. */
  boolean isAvailable();

  /** The subnets that the host reaches. */
  List<Subnet> routes();

  /** Makes a network's bridge; what is there already is no error. */
  void up(Network network);

  /** The largest packet of a network that is up. */
  int mtu(Network network);

  /** Connects a container to a network that is up. */
  void attach(Endpoint endpoint, int uid);

  /** Disconnects a container; takes some 20 ms. */
  void detach(Lease lease);

  /** Takes a network away; one that is not up is no error. */
  void down(Network network);

  /**
   * Takes over what an earlier engine left, and deletes what nobody claims.
   *
   * @param known every network of this root
   * @param attached the containers that live on
   * @return what was done, one line each
   */
  List<String> adopt(Collection<Network> known, Collection<Endpoint> attached);

  /** Puts right what others changed; returns what was wrong, one line each. */
  List<String> reconcile();

  @Override
  void close();
}
