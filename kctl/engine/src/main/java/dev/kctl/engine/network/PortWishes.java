package dev.kctl.engine.network;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kctl.net.IpAddress;
import dev.kctl.net.NetworkException;
import dev.kctl.net.PortMapping;
import dev.kctl.net.PortRange;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The ports that a container wants published.
 *
 * @param exposed every port that it serves at, published or not, in order
 * @param mappings those to be published, those of `-P` among them
 */
public record PortWishes(List<ExposedPort> exposed, List<PortMapping> mappings) {
  /** Published at whichever port of the host is free. */
  private static final PortRange ANY = new PortRange(0, 0);

  public PortWishes {
    exposed = List.copyOf(exposed);
    mappings = List.copyOf(mappings);
  }

  /** Reads Docker's ExposedPorts, PortBindings and PublishAllPorts. */
  static PortWishes parse(JsonNode exposedPorts, JsonNode bindings, boolean publishAll) {
    Set<ExposedPort> exposed = new LinkedHashSet<>();
    Set<ExposedPort> bound = new LinkedHashSet<>();
    var mappings = new ArrayList<PortMapping>();
    exposedPorts.fieldNames().forEachRemaining(port -> exposed.addAll(ExposedPort.parse(port)));
    for (var entry : bindings.properties()) {
      for (var port : ExposedPort.parse(entry.getKey())) {
        exposed.add(port);
        for (var binding : entry.getValue()) {
          bound.add(port);
          mappings.add(mapping(port, binding));
        }
      }
    }
    if (publishAll) {
      exposed.stream()
          .filter(port -> !bound.contains(port))
          .forEach(port -> mappings.add(new PortMapping(null, ANY, port.port(), port.protocol())));
    }
    return new PortWishes(List.copyOf(exposed), mappings);
  }

  private static PortMapping mapping(ExposedPort port, JsonNode binding) {
    var hostIp = binding.path("HostIp").asText("");
    var hostPort = binding.path("HostPort").asText("");
    try {
      var address = hostIp.isEmpty() ? null : IpAddress.parse(hostIp);
      var range = hostPort.isEmpty() ? ANY : PortRange.parse(hostPort);
      return new PortMapping(address, range, port.port(), port.protocol());
    } catch (NetworkException e) {
      throw NetworkRefusal.invalid("invalid port binding for " + port + ": " + e.getMessage());
    }
  }
}
