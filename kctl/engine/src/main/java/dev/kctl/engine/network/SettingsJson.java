package dev.kctl.engine.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.net.Network;
import dev.kctl.net.PublishedPort;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A container's networks and ports in Docker's shapes. */
public final class SettingsJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ContainerNetworks networks;
  private final ObjectNode settings;
  private final Optional<Connection> connection;

  /**
   * Of one container.
   *
   * @param settings as {@link NetworkWishes#settings} made them
   */
  public SettingsJson(ContainerNetworks networks, String container, ObjectNode settings) {
    this.networks = networks;
    this.settings = settings;
    this.connection = networks.of(container);
  }

  /** Docker's NetworkSettings. */
  public ObjectNode settings(NetworkWishes wishes) {
    var json = JSON.objectNode();
    json.put("Bridge", "").put("SandboxID", "").put("SandboxKey", "");
    json.set("Ports", ports(wishes));
    var all = networks();
    var usual = all.path(NetworkStore.DEFAULT);
    for (var name :
        List.of("EndpointID", "Gateway", "GlobalIPv6Address", "IPAddress", "IPv6Gateway")) {
      json.put(name, usual.path(name).asText(""));
    }
    json.put("GlobalIPv6PrefixLen", usual.path("GlobalIPv6PrefixLen").asInt());
    json.put("IPPrefixLen", usual.path("IPPrefixLen").asInt());
    json.put("MacAddress", usual.path("MacAddress").asText(""));
    json.set("Networks", all);
    return json;
  }

  /** Every port that is served at, with where the host publishes it; nothing where it is off. */
  private ObjectNode ports(NetworkWishes wishes) {
    var json = JSON.objectNode();
    if (connection.isEmpty()) {
      return json;
    }
    for (var exposed : wishes.ports().exposed()) {
      json.putNull(exposed.toString());
    }
    for (var port : connection.get().ports()) {
      var bindings = json.withArrayProperty(port.containerPort() + "/" + port.protocol());
      for (var address : addresses(port)) {
        bindings
            .addObject()
            .put("HostIp", address)
            .put("HostPort", String.valueOf(port.hostPort()));
      }
    }
    return json;
  }

  /** As Docker shows them: every address of a family has a text of its own. */
  public List<String> addresses(PublishedPort port) {
    var address = port.hostAddress();
    if (address != null) {
      return List.of(address.toString());
    }
    var both =
        connection.stream()
            .flatMap(c -> c.endpoints().stream())
            .anyMatch(endpoint -> endpoint.lease().v6() != null);
    return both ? List.of("0.0.0.0", "::") : List.of("0.0.0.0");
  }

  /** Docker's Networks: its endpoints by the networks' names. */
  public ObjectNode networks() {
    var json = JSON.objectNode();
    for (Map.Entry<String, JsonNode> entry : settings.properties()) {
      var network = networks.store().known(entry.getKey());
      var name = network.map(Network::name).orElse(entry.getKey());
      json.set(name, endpoint(entry.getValue(), network));
    }
    return json;
  }

  private ObjectNode endpoint(JsonNode given, Optional<Network> network) {
    var json = JSON.objectNode();
    json.set("IPAMConfig", orNull(given.path("IPAMConfig")));
    json.putNull("Links");
    json.set("Aliases", orNull(given.path("Aliases")));
    json.put("MacAddress", given.path("MacAddress").asText(""));
    json.set("DriverOpts", orNull(given.path("DriverOpts")));
    json.put("GwPriority", given.path("GwPriority").asInt());
    json.put("NetworkID", network.map(Network::id).orElse(""));
    json.put("EndpointID", "").put("Gateway", "").put("IPAddress", "").put("IPPrefixLen", 0);
    json.put("IPv6Gateway", "").put("GlobalIPv6Address", "").put("GlobalIPv6PrefixLen", 0);
    json.putNull("DNSNames");
    live(network).ifPresent(endpoint -> fill(json, endpoint));
    return json;
  }

  private Optional<LiveEndpoint> live(Optional<Network> network) {
    return connection.stream()
        .flatMap(c -> c.endpoints().stream())
        .filter(endpoint -> network.filter(endpoint.network()::equals).isPresent())
        .findFirst();
  }

  private static void fill(ObjectNode json, LiveEndpoint endpoint) {
    var network = endpoint.network();
    var lease = endpoint.lease();
    json.put("MacAddress", lease.mac().toString());
    json.put("EndpointID", endpoint.id());
    json.put("Gateway", network.internal() ? "" : network.v4().gateway().toString());
    json.put("IPAddress", lease.v4().toString());
    json.put("IPPrefixLen", network.v4().subnet().prefix());
    var v6 = network.v6();
    if (v6 != null && lease.v6() != null) {
      json.put("IPv6Gateway", network.internal() ? "" : v6.gateway().toString());
      json.put("GlobalIPv6Address", lease.v6().toString());
      json.put("GlobalIPv6PrefixLen", v6.subnet().prefix());
    }
    if (!endpoint.names().isEmpty()) {
      endpoint.names().forEach(json.putArray("DNSNames")::add);
    }
  }

  private static JsonNode orNull(JsonNode node) {
    return node.isContainerNode() && !node.isEmpty() ? node : JSON.nullNode();
  }
}
