package dev.kctl.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The ports that {@code --publish} and {@code --expose} name, as the API wants them. */
final class PortFlags {
  private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "sctp");
  private static final Set<String> LONG_FORM = Set.of("published", "target", "protocol", "mode");

  /** By port and protocol of the container. */
  private final Map<String, List<HostPort>> ports = new LinkedHashMap<>();

  /**
   * Where a port is published.
   *
   * @param address empty for all of the host's
   * @param port empty for any; {@code 8000-8010} for the first free one of them
   */
  private record HostPort(String address, String port) {}

  static PortFlags of(List<String> published, List<String> exposed) {
    var flags = new PortFlags();
    published.forEach(flags::publish);
    exposed.forEach(flags::expose);
    return flags;
  }

  /** All of them, published or not. */
  void writeExposed(JsonWriter json) {
    if (!ports.isEmpty()) {
      json.name("ExposedPorts").beginObject();
      ports.keySet().forEach(port -> json.name(port).beginObject().endObject());
      json.endObject();
    }
  }

  void writeBindings(JsonWriter json) {
    if (ports.values().stream().allMatch(List::isEmpty)) {
      return;
    }
    json.name("PortBindings").beginObject();
    ports.forEach(
        (port, hosts) -> {
          if (!hosts.isEmpty()) {
            json.name(port).beginArray();
            hosts.forEach(host -> write(host, json));
            json.endArray();
          }
        });
    json.endObject();
  }

  private static void write(HostPort host, JsonWriter json) {
    json.beginObject().field("HostIp", host.address).field("HostPort", host.port).endObject();
  }

  /** {@code [[ADDRESS:]HOST_PORT:]PORT[/PROTOCOL]}, or the same by names. */
  private void publish(String said) {
    var text = said.indexOf('=') < 0 ? said : ofLongForm(said);
    var last = text.lastIndexOf(':');
    var before = last < 0 ? "" : text.substring(0, last);
    var colon = before.lastIndexOf(':');
    var address = colon < 0 ? "" : address(said, before.substring(0, colon));
    var hostPort = before.substring(colon + 1);
    var slash = text.indexOf('/', last + 1);
    var containerPort = text.substring(last + 1, slash < 0 ? text.length() : slash);
    var protocol = protocol(said, slash < 0 ? "" : text.substring(slash + 1));
    if (containerPort.isEmpty()) {
      throw new UsageError("no port specified: " + said + "<empty>");
    }
    var inside = range(containerPort, "invalid containerPort: " + containerPort);
    if (hostPort.isEmpty()) {
      for (var port = inside.first(); port <= inside.last(); port++) {
        add(port, protocol, new HostPort(address, ""));
      }
      return;
    }
    var outside = range(hostPort, "invalid hostPort: " + hostPort);
    if (inside.count() == 1) {
      add(inside.first(), protocol, new HostPort(address, hostPort));
    } else if (inside.count() != outside.count()) {
      throw new UsageError(
          "invalid ranges specified for container and host Ports: "
              + containerPort
              + " and "
              + hostPort);
    } else {
      for (var i = 0; i < inside.count(); i++) {
        var port = Integer.toString(outside.first() + i);
        add(inside.first() + i, protocol, new HostPort(address, port));
      }
    }
  }

  private void expose(String said) {
    if (said.indexOf(':') >= 0) {
      throw new UsageError("invalid port format for --expose: " + said);
    }
    var slash = said.indexOf('/');
    var protocol = protocol(said, slash < 0 ? "" : said.substring(slash + 1));
    var range =
        range(
            slash < 0 ? said : said.substring(0, slash),
            "invalid range format for --expose: " + said);
    for (var port = range.first(); port <= range.last(); port++) {
      ports.computeIfAbsent(port + "/" + protocol, _ -> new ArrayList<>());
    }
  }

  private void add(int port, String protocol, HostPort host) {
    ports.computeIfAbsent(port + "/" + protocol, _ -> new ArrayList<>()).add(host);
  }

  private static String ofLongForm(String said) {
    var parts = new HashMap<String, String>();
    for (var pair : Words.split(said, ',')) {
      var equals = pair.indexOf('=');
      if (equals <= 0) {
        throw new UsageError(
            "invalid publish opts format (should be name=value but got '" + pair + "')");
      }
      parts.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    for (var name : parts.keySet()) {
      if (!LONG_FORM.contains(name)) {
        throw new UsageError(
            "invalid argument \"" + said + "\" for --publish: unknown key " + name);
      }
    }
    return parts.getOrDefault("published", "")
        + ":"
        + parts.getOrDefault("target", "")
        + "/"
        + parts.getOrDefault("protocol", "tcp");
  }

  private static String address(String said, String text) {
    var bracketed = text.startsWith("[") && text.endsWith("]");
    var address = bracketed ? text.substring(1, text.length() - 1) : text;
    if (!address.isEmpty() && !IpText.isAddress(address)) {
      throw new UsageError("invalid IP address: " + text + ", in --publish " + said);
    }
    return address;
  }

  private static String protocol(String said, String text) {
    var protocol = text.isEmpty() ? "tcp" : text.toLowerCase(Locale.ROOT);
    if (!PROTOCOLS.contains(protocol)) {
      throw new UsageError("invalid proto: " + text + ", in " + said + ": not tcp, udp or sctp");
    }
    return protocol;
  }

  private static PortRangeText range(String text, String otherwise) {
    try {
      return PortRangeText.parse(text);
    } catch (NumberFormatException e) {
      throw new UsageError(otherwise + ": " + e.getMessage());
    }
  }
}
