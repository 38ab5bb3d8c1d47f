package dev.kctl.engine.network;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kctl.net.IpAddress;
import dev.kctl.net.LeaseRequest;
import dev.kctl.net.MacAddress;
import dev.kctl.net.Network;
import dev.kctl.net.NetworkException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a container wants to be in one network.
 *
 * @param network its name or id, as the user gave it
 * @param v4 null for whichever is free, as for the others
 * @param aliases more names in this network
 * @param gatewayPriority the network with the highest is the way to the outside
 */
public record EndpointWish(
    String network,
    @Nullable IpAddress v4,
    @Nullable IpAddress v6,
    @Nullable MacAddress mac,
    List<String> aliases,
    int gatewayPriority) {
  public EndpointWish {
    aliases = List.copyOf(aliases);
  }

  /** Reads Docker's EndpointSettings. */
  static EndpointWish parse(String network, JsonNode settings, String otherMac) {
    var addresses = settings.path("IPAMConfig");
    refuse(network, "Links", settings, "names of a network do it: --network-alias");
    refuse(network, "DriverOpts", settings, "there is no driver that has options");
    refuse(network, "LinkLocalIPs", addresses, "there are no further addresses");
    var aliases = new ArrayList<String>();
    settings.path("Aliases").forEach(alias -> aliases.add(alias.asText()));
    var mac = text(settings, "MacAddress");
    try {
      return new EndpointWish(
          network,
          address(text(addresses, "IPv4Address"), "IPv4", '.'),
          address(text(addresses, "IPv6Address"), "IPv6", ':'),
          mac.isEmpty() && otherMac.isEmpty()
              ? null
              : MacAddress.parse(mac.isEmpty() ? otherMac : mac),
          aliases,
          settings.path("GwPriority").asInt());
    } catch (NetworkException e) {
      throw NetworkRefusal.invalid(
          "invalid config for network "
              + network
              + ": invalid endpoint settings:\n"
              + e.getMessage());
    }
  }

  private static void refuse(String network, String field, JsonNode node, String reason) {
    if (!node.path(field).isEmpty()) {
      throw NetworkRefusal.invalid(
          field + " of network " + network + " are not supported: " + reason);
    }
  }

  private static String text(JsonNode node, String field) {
    var value = node.path(field);
    return value.isTextual() ? value.asText() : "";
  }

  private static @Nullable IpAddress address(String text, String family, char mark) {
    if (text.isEmpty()) {
      return null;
    }
    if (text.indexOf(mark) < 0) {
      throw NetworkRefusal.invalid("invalid " + family + " address: " + text);
    }
    return IpAddress.parse(text);
  }

  /** Refuses what this network does not give, in Docker's words. */
  void check(Network found) {
    if (NetworkStore.isDefault(found)) {
      if (v4 != null || v6 != null) {
        throw refused("user-specified IP address is supported on user defined networks only");
      }
      if (!aliases.isEmpty()) {
        throw refused(
            "network-scoped alias is supported only for containers in user defined networks");
      }
    }
    if (v4 != null && !found.v4().subnet().contains(v4)) {
      throw refused("no configured subnet contains IP address " + v4);
    }
    var space = found.v6();
    if (v6 != null && (space == null || !space.subnet().contains(v6))) {
      throw refused("no configured subnet contains IP address " + v6);
    }
  }

  LeaseRequest request(String container) {
    return new LeaseRequest(container, v4, v6, mac);
  }

  private NetworkRefusal refused(String why) {
    return NetworkRefusal.invalid(
        "invalid config for network " + network + ": invalid endpoint settings:\n" + why);
  }
}
