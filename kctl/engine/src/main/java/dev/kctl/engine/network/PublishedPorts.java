package dev.kctl.engine.network;

import dev.kctl.net.Lease;
import dev.kctl.net.LoopbackProxy;
import dev.kctl.net.NetworkException;
import dev.kctl.net.PortClaim;
import dev.kctl.net.PortMapping;
import dev.kctl.net.PortRange;
import dev.kctl.net.PublishedPort;
import java.util.ArrayList;
import java.util.List;

/** The ports of the host that are a container's, and who carries what comes by loopback. */
final class PublishedPorts implements AutoCloseable {
  private final List<PublishedPort> ports;
  private final List<PortClaim> claims;
  private final List<LoopbackProxy> proxies = new ArrayList<>();

  private PublishedPorts(List<PublishedPort> ports, List<PortClaim> claims) {
    this.ports = List.copyOf(ports);
    this.claims = claims;
  }

  /** Takes every port that is asked for, or none. */
  static PublishedPorts claim(List<PortMapping> mappings) {
    var claims = new ArrayList<PortClaim>();
    for (var mapping : mappings) {
      try {
        claims.add(PortClaim.take(mapping));
      } catch (NetworkException e) {
        claims.forEach(PortClaim::close);
        throw NetworkRefusal.failed(
            "failed to set up container networking: driver failed programming external"
                + " connectivity: Bind for "
                + (mapping.hostAddress() == null ? "0.0.0.0" : mapping.hostAddress())
                + ":"
                + mapping.hostPorts()
                + " failed: port is already allocated: "
                + e.getMessage());
      }
    }
    return new PublishedPorts(claims.stream().map(PortClaim::port).toList(), claims);
  }

  /** Takes them again after an engine's death; who lost one meanwhile loses loopback only. */
  static PublishedPorts reclaim(List<PublishedPort> ports) {
    var claims = new ArrayList<PortClaim>();
    for (var port : ports) {
      var range = new PortRange(port.hostPort(), port.hostPort());
      try {
        claims.add(
            PortClaim.take(
                new PortMapping(port.hostAddress(), range, port.containerPort(), port.protocol())));
      } catch (NetworkException e) {
        System.err.println("engine: a published port is lost on loopback: " + e.getMessage());
      }
    }
    return new PublishedPorts(ports, claims);
  }

  List<PublishedPort> ports() {
    return ports;
  }

  /** Begins to carry what comes by 127.0.0.1 and ::1. */
  void serve(Lease lease) {
    NetworkRefusal.translated(
        () -> claims.forEach(claim -> proxies.add(LoopbackProxy.start(claim, lease))));
  }

  @Override
  public void close() {
    proxies.forEach(LoopbackProxy::close);
    proxies.clear();
    claims.forEach(PortClaim::close);
    claims.clear();
  }
}
