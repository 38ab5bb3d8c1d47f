package dev.kctl.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The networks of a container to be made, in the words of the API and with the checks of Docker's
 * client. Flags such as {@code --ip} mean the first network; only what was said is sent.
 */
final class NetworkFlags {
  /** What the first network is called where nobody named one. */
  private static final String DEFAULT = "default";

  private final List<NetworkFlag> networks;

  private NetworkFlags(List<NetworkFlag> networks) {
    this.networks = networks;
  }

  static NetworkFlags of(RunRequest request) {
    var said = new ArrayList<>(request.many("--network"));
    said.addAll(request.many("--net"));
    var networks = new ArrayList<>(said.stream().map(NetworkFlag::parse).toList());
    var first =
        networks.isEmpty() ? new NetworkFlag(DEFAULT, EndpointWishes.NONE) : networks.getFirst();
    var wanted = new NetworkFlag(first.name(), withFlags(first.wishes(), request));
    if (!networks.isEmpty()) {
      networks.set(0, wanted);
    } else if (!wanted.wishes().isEmpty()) {
      networks.add(wanted);
    }
    check(networks);
    return new NetworkFlags(networks);
  }

  /** The member of HostConfig. */
  void writeMode(JsonWriter json) {
    if (!networks.isEmpty()) {
      json.field("NetworkMode", networks.getFirst().name());
    }
  }

  /** The member beside HostConfig. */
  void writeEndpoints(JsonWriter json) {
    var endpoints = new LinkedHashMap<String, EndpointWishes>();
    if (networks.size() > 1 || networks.stream().anyMatch(network -> !network.wishes().isEmpty())) {
      networks.forEach(network -> endpoints.put(network.name(), network.wishes()));
    }
    if (!endpoints.isEmpty()) {
      write(endpoints, json);
    }
  }

  private static void write(Map<String, EndpointWishes> endpoints, JsonWriter json) {
    json.name("NetworkingConfig").beginObject().name("EndpointsConfig").beginObject();
    endpoints.forEach((name, wishes) -> wishes.write(json.name(name)));
    json.endObject().endObject();
  }

  private static EndpointWishes withFlags(EndpointWishes own, RunRequest request) {
    var aliases = new ArrayList<>(request.many("--network-alias"));
    aliases.addAll(request.many("--net-alias"));
    if (!aliases.isEmpty() && !own.aliases().isEmpty()) {
      throw conflict("--network-alias and per-network alias");
    }
    return new EndpointWishes(
        aliases.isEmpty() ? own.aliases() : aliases,
        one(request, "--ip", own.ipv4(), "IPv4 address"),
        one(request, "--ip6", own.ipv6(), "IPv6 address"),
        one(request, "--mac-address", own.mac(), "MAC address"),
        own.driverOptions(),
        own.priority());
  }

  private static String one(RunRequest request, String flag, String own, String what) {
    if (request.has(flag) && !own.isEmpty()) {
      throw conflict(flag + " and per-network " + what);
    }
    return request.has(flag) ? request.one(flag) : own;
  }

  private static void check(List<NetworkFlag> networks) {
    var names = new ArrayList<String>();
    for (var network : networks) {
      if (!network.isUsers() && !network.wishes().aliases().isEmpty()) {
        throw new UsageError("network-scoped aliases are only supported for user-defined networks");
      }
      if (names.contains(network.name())) {
        throw new UsageError("network \"" + network.name() + "\" is specified multiple times");
      }
      names.add(network.name());
    }
    if (networks.stream().map(NetworkFlag::isUsers).distinct().count() > 1) {
      throw new UsageError(
          "conflicting options: cannot attach both user-defined and non-user-defined"
              + " network-modes");
    }
  }

  private static UsageError conflict(String both) {
    return new UsageError("conflicting options: cannot specify both " + both);
  }
}
