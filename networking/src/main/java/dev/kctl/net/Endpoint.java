package dev.kctl.net;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A container in a network, as the packet filter knows it.
 *
 * @param hostGateway whether it reaches the host's own services
 * @param allowed where it may connect to outside of its network; null for everywhere
 */
public record Endpoint(
    Network network,
    Lease lease,
    List<PublishedPort> ports,
    boolean hostGateway,
    @Nullable List<EgressRule.ToSubnet> allowed) {
  public Endpoint {
    ports = List.copyOf(ports);
    allowed = allowed == null ? null : List.copyOf(allowed);
  }

  /** One that publishes nothing, and may connect everywhere but to the host's services. */
  public static Endpoint plain(Network network, Lease lease) {
    return new Endpoint(network, lease, List.of(), false, null);
  }
}
