package dev.kctl.engine.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a container asks of networks, read once from Docker's requests.
 *
 * @param endpoints the networks it is to be in, the one of its mode first; none for loopback alone
 */
public record NetworkWishes(
    List<EndpointWish> endpoints, PortWishes ports, DnsWishes dns, List<ExtraHost> hosts) {
  private static final Set<String> DEFAULTS = Set.of("", "default", NetworkStore.DEFAULT);

  public NetworkWishes {
    endpoints = List.copyOf(endpoints);
    hosts = List.copyOf(hosts);
  }

  /**
   * Reads them.
   *
   * @param config Docker's Config of the container
   * @param host Docker's HostConfig
   * @param settings Docker's EndpointSettings by network, as {@link #settings} made them
   */
  public static NetworkWishes parse(JsonNode config, JsonNode host, JsonNode settings) {
    var mode = host.path("NetworkMode").asText("");
    refuseForeign(mode);
    var wishes = new ArrayList<EndpointWish>();
    var mac = config.path("MacAddress").asText("");
    for (var entry : settings.properties()) {
      if (!entry.getKey().equals(NetworkStore.NONE)) {
        var first = wishes.isEmpty();
        wishes.add(EndpointWish.parse(entry.getKey(), entry.getValue(), first ? mac : ""));
      }
    }
    var hosts = new ArrayList<ExtraHost>();
    host.path("ExtraHosts").forEach(entry -> hosts.add(ExtraHost.parse(entry.asText())));
    return new NetworkWishes(
        wishes,
        PortWishes.parse(
            config.path("ExposedPorts"),
            host.path("PortBindings"),
            host.path("PublishAllPorts").asBoolean()),
        DnsWishes.of(
            texts(host.path("Dns")), texts(host.path("DnsSearch")), texts(host.path("DnsOptions"))),
        hosts);
  }

  /**
   * The networks that a create request names, each with its settings, as they are kept: by Docker's
   * rules, the one of the mode first, and {@code bridge} for the default one.
   */
  public static ObjectNode settings(ObjectNode request) {
    var mode = request.path("HostConfig").path("NetworkMode").asText("");
    var given = request.path("NetworkingConfig").path("EndpointsConfig");
    var kept = JsonNodeFactory.instance.objectNode();
    if (request.path("NetworkDisabled").asBoolean() || mode.equals(NetworkStore.NONE)) {
      kept.putObject(NetworkStore.NONE);
      return kept;
    }
    var main = DEFAULTS.contains(mode) ? NetworkStore.DEFAULT : mode;
    var named = new ArrayList<String>();
    given.fieldNames().forEachRemaining(named::add);
    if (!main.equals(NetworkStore.DEFAULT)
        || named.isEmpty()
        || named.stream().anyMatch(DEFAULTS::contains)) {
      kept.putObject(main);
    }
    for (var name : named) {
      var settings = given.path(name);
      var key = DEFAULTS.contains(name) ? NetworkStore.DEFAULT : name;
      kept.set(
          key, settings.isObject() ? settings.deepCopy() : JsonNodeFactory.instance.objectNode());
    }
    return kept;
  }

  /** A network of others, which no machine can share. */
  private static void refuseForeign(String mode) {
    if (mode.equals("host")) {
      throw NetworkRefusal.invalid(
          "network mode \"host\" is not supported: a container has a kernel of its own, and so no"
              + " share in the host's network; publish its ports with -p, and reach the host's"
              + " services with --add-host NAME:host-gateway");
    }
    if (mode.startsWith("container:")) {
      throw NetworkRefusal.invalid(
          "network mode \""
              + mode
              + "\" is not supported: every container has a kernel of its own; put both into one"
              + " network (kctl network create), where they find each other by name");
    }
  }

  /** The same with loopback alone: what a machine needs that runs nothing. */
  public NetworkWishes none() {
    return new NetworkWishes(List.of(), ports, dns, hosts);
  }

  /** Whether it has loopback alone. */
  public boolean isNone() {
    return endpoints.isEmpty();
  }

  /** Whether the host's own services are open to it. */
  boolean reachesHost() {
    return hosts.stream().anyMatch(ExtraHost::isGateway);
  }

  /** Whether it is in the default network and asks for nothing of networks. */
  boolean isUsual() {
    return endpoints.size() == 1
        && endpoints.getFirst().network().equals(NetworkStore.DEFAULT)
        && ports.mappings().isEmpty()
        && !reachesHost();
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
