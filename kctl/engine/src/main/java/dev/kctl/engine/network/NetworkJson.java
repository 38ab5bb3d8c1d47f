package dev.kctl.engine.network;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.net.AddressSpace;
import dev.kctl.net.Network;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Networks in Docker's shape. */
public final class NetworkJson {
  /** Docker's, which are here so that clients find them; no container is in them. */
  private static final Map<String, String> DRIVERS_OF_EMPTY =
      Map.of("host", "host", NetworkStore.NONE, "null");

  private NetworkJson() {}

  /** One network and who runs in it; a list tells nobody. */
  public static ObjectNode of(Network network, Collection<LiveEndpoint> endpoints) {
    var json = head(network.name(), network.id(), network.created().toString(), "bridge");
    json.put("EnableIPv4", true).put("EnableIPv6", network.v6() != null);
    var config = ipam(json).putArray("Config");
    network.spaces().forEach(space -> config.add(subnet(space)));
    flags(json, network.internal());
    var containers = json.putObject("Containers");
    endpoints.forEach(
        endpoint -> containers.set(endpoint.resident().id(), endpoint(network, endpoint)));
    var options = json.putObject("Options");
    network.options().forEach(options::put);
    if (NetworkStore.isDefault(network)) {
      options.put("com.docker.network.bridge.default_bridge", "true");
      options.put("com.docker.network.bridge.name", network.bridge());
    }
    network.labels().forEach(json.putObject("Labels")::put);
    return json;
  }

  /** The networks that Docker has and that are none of ours: {@code host} and {@code none}. */
  public static List<ObjectNode> predefined() {
    return DRIVERS_OF_EMPTY.keySet().stream().sorted().map(NetworkJson::empty).toList();
  }

  private static ObjectNode empty(String name) {
    var json =
        head(name, id(name), "0001-01-01T00:00:00Z", DRIVERS_OF_EMPTY.getOrDefault(name, ""));
    json.put("EnableIPv4", true).put("EnableIPv6", false);
    ipam(json).putNull("Config");
    flags(json, false);
    json.putObject("Containers");
    json.putObject("Options");
    json.putObject("Labels");
    return json;
  }

  private static ObjectNode head(String name, String id, String created, String driver) {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("Name", name).put("Id", id).put("Created", created);
    return json.put("Scope", "local").put("Driver", driver);
  }

  private static ObjectNode ipam(ObjectNode json) {
    return json.putObject("IPAM").put("Driver", "default").putNull("Options");
  }

  private static void flags(ObjectNode json, boolean internal) {
    json.put("Internal", internal).put("Attachable", false).put("Ingress", false);
    json.putObject("ConfigFrom").put("Network", "");
    json.put("ConfigOnly", false);
  }

  private static ObjectNode subnet(AddressSpace space) {
    var json = JsonNodeFactory.instance.objectNode().put("Subnet", space.subnet().toString());
    if (!space.range().equals(space.subnet())) {
      json.put("IPRange", space.range().toString());
    }
    return json.put("Gateway", space.gateway().toString());
  }

  private static ObjectNode endpoint(Network network, LiveEndpoint endpoint) {
    var lease = endpoint.lease();
    var v6 = network.v6();
    return JsonNodeFactory.instance
        .objectNode()
        .put("Name", endpoint.resident().name())
        .put("EndpointID", endpoint.id())
        .put("MacAddress", lease.mac().toString())
        .put("IPv4Address", lease.v4() + "/" + network.v4().subnet().prefix())
        .put(
            "IPv6Address",
            v6 == null || lease.v6() == null ? "" : lease.v6() + "/" + v6.subnet().prefix());
  }

  /** Of the same form as those of others, and the same everywhere. */
  private static String id(String name) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var text = "predefined network " + name;
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
