package dev.kctl.cli;

import java.util.ArrayList;
import java.util.List;

/** How a container to be made finds names: servers, domains, and hosts of its own. */
final class NameFlags {
  private NameFlags() {}

  /** Adds those that were given to the open HostConfig. */
  static void write(RunRequest request, JsonWriter json) {
    var servers = request.many("--dns");
    for (var server : servers) {
      if (!IpText.isAddress(server)) {
        throw invalid(server, "--dns", "IP address is not correctly formatted: " + server);
      }
    }
    var domains = request.many("--dns-search");
    for (var domain : domains) {
      if (!isDomain(domain)) {
        throw invalid(domain, "--dns-search", domain + " is not a valid domain");
      }
    }
    var options = new ArrayList<>(request.many("--dns-option"));
    options.addAll(request.many("--dns-opt"));
    strings(json, "Dns", servers);
    strings(json, "DnsOptions", options);
    strings(json, "DnsSearch", domains);
    strings(json, "ExtraHosts", request.many("--add-host").stream().map(NameFlags::host).toList());
  }

  /**
   * {@code NAME:ADDRESS} or {@code NAME=ADDRESS}, where the address may be {@code host-gateway}.
   */
  private static String host(String text) {
    var equals = text.indexOf('=');
    var at = equals < 0 ? text.indexOf(':') : equals;
    if (at <= 0) {
      throw invalid(text, "--add-host", "bad format for add-host: \"" + text + "\"");
    }
    var said = text.substring(at + 1);
    var bracketed = said.startsWith("[") && said.endsWith("]");
    var address = bracketed ? said.substring(1, said.length() - 1) : said;
    if (!address.equals("host-gateway") && !IpText.isAddress(address)) {
      throw invalid(text, "--add-host", "invalid IP address in add-host: \"" + said + "\"");
    }
    return text.substring(0, at) + ":" + address;
  }

  /** A single dot is the root, and as a search list means none. */
  private static boolean isDomain(String text) {
    return text.equals(".")
        || text.matches("[a-zA-Z0-9_](?:[a-zA-Z0-9_-]*\\.?[a-zA-Z0-9_])*[a-zA-Z0-9_-]*\\.?");
  }

  private static void strings(JsonWriter json, String member, List<String> values) {
    if (!values.isEmpty()) {
      json.field(member, values);
    }
  }

  private static UsageError invalid(String value, String flag, String reason) {
    return new UsageError("invalid argument \"" + value + "\" for " + flag + ": " + reason);
  }
}
