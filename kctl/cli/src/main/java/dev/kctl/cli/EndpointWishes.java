package dev.kctl.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a container wants on one network, as {@code run} and {@code network connect} say it; what is
 * empty is left to the engine.
 *
 * @param priority of the network's gateway over those of others
 */
record EndpointWishes(
    List<String> aliases,
    String ipv4,
    String ipv6,
    String mac,
    Map<String, String> driverOptions,
    @Nullable Long priority) {
  static final EndpointWishes NONE = new EndpointWishes(List.of(), "", "", "", Map.of(), null);

  EndpointWishes {
    if (!ipv4.isEmpty() && !IpText.isIpv4(ipv4)) {
      throw new UsageError("invalid IPv4 address: " + ipv4);
    }
    if (!ipv6.isEmpty() && !IpText.isIpv6(ipv6)) {
      throw new UsageError("invalid IPv6 address: " + ipv6);
    }
    if (!mac.isEmpty() && !IpText.isMac(mac)) {
      throw new UsageError(mac + " is not a valid mac address");
    }
  }

  /** Options of a driver, each with a value. */
  static Map<String, String> driverOptions(List<String> options) {
    var pairs = new LinkedHashMap<String, String>();
    for (var option : options) {
      var equals = option.indexOf('=');
      if (equals <= 0) {
        throw new UsageError("invalid key/value pair format in driver options: " + option);
      }
      pairs.put(option.substring(0, equals), option.substring(equals + 1));
    }
    return pairs;
  }

  boolean isEmpty() {
    return equals(NONE);
  }

  /** The API's EndpointSettings, with what was said only. */
  void write(JsonWriter json) {
    json.beginObject();
    if (!ipv4.isEmpty() || !ipv6.isEmpty()) {
      json.name("IPAMConfig").beginObject();
      optional(json, "IPv4Address", ipv4);
      optional(json, "IPv6Address", ipv6);
      json.endObject();
    }
    if (!aliases.isEmpty()) {
      json.field("Aliases", aliases);
    }
    optional(json, "MacAddress", mac);
    if (!driverOptions.isEmpty()) {
      json.field("DriverOpts", driverOptions);
    }
    if (priority != null) {
      json.field("GwPriority", priority);
    }
    json.endObject();
  }

  private static void optional(JsonWriter json, String member, String value) {
    if (!value.isEmpty()) {
      json.field(member, value);
    }
  }
}
