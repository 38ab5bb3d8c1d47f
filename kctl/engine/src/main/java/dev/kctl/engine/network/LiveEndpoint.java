package dev.kctl.engine.network;

import dev.kctl.net.Lease;
import dev.kctl.net.Network;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * A running container in a network.
 *
 * @param id of this stay in the network; 64 digits, another one with each start
 * @param resident who it is
 */
public record LiveEndpoint(
    String id, Network network, Lease lease, EndpointWish wish, Resident resident) {
  /** Its names there, its own first; none in the default network, as with Docker. */
  public List<String> names() {
    if (NetworkStore.isDefault(network)) {
      return List.of();
    }
    var names = new LinkedHashSet<String>();
    names.add(resident.name());
    names.addAll(wish.aliases());
    names.add(resident.shortId());
    names.add(resident.hostname());
    names.remove("");
    return new ArrayList<>(names);
  }

  LiveEndpoint of(Resident renamed) {
    return new LiveEndpoint(id, network, lease, wish, renamed);
  }
}
