package dev.kctl.engine;

import dev.kctl.engine.network.ContainerNetworks;
import dev.kctl.net.Network;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells what happens to networks: made, left and entered by containers that run, and gone. */
final class NetworkEvents {
  private final Events events;

  NetworkEvents(Events events) {
    this.events = events;
  }

  void made(Network network) {
    publish(network, "create", Map.of());
  }

  void gone(Network network) {
    publish(network, "destroy", Map.of());
  }

  /** Its machine runs, and is in all its networks. */
  void entered(ContainerNetworks networks, Container container) {
    each(networks, container, "connect");
  }

  /** Its machine has ended. */
  void left(ContainerNetworks networks, Container container) {
    each(networks, container, "disconnect");
  }

  private void each(ContainerNetworks networks, Container container, String action) {
    var id = container.spec().id().hex();
    networks.of(id).stream()
        .flatMap(connection -> connection.endpoints().stream())
        .forEach(endpoint -> publish(endpoint.network(), action, Map.of("container", id)));
  }

  private void publish(Network network, String action, Map<String, String> more) {
    var attributes = new LinkedHashMap<>(more);
    attributes.put("name", network.name());
    attributes.put("type", "bridge");
    events.publish("network", action, network.id(), attributes);
  }
}
