package dev.kctl.engine.network;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kctl.net.AddressRequest;
import dev.kctl.net.Family;
import dev.kctl.net.IpAddress;
import dev.kctl.net.NetworkSpec;
import dev.kctl.net.Subnet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Docker's request to make a network. What is asked for and cannot be had is refused. */
public final class NetworkRequest {
  private static final Set<String> DRIVERS = Set.of("", "bridge");
  private static final Set<String> SCOPES = Set.of("", "local");

  private final JsonNode body;
  private @Nullable AddressRequest v4;
  private @Nullable AddressRequest v6;

  private NetworkRequest(JsonNode body) {
    this.body = body;
  }

  /** What a request wants. */
  public static NetworkSpec parse(JsonNode body) {
    var request = new NetworkRequest(body);
    request.refuseForeign();
    request.readAddresses();
    return NetworkRefusal.translated(request::spec);
  }

  private NetworkSpec spec() {
    var options = NetworkOptions.parse(texts(body.path("Options")));
    var wantsV6 = body.path("EnableIPv6").asBoolean();
    if (v6 != null && !wantsV6) {
      throw NetworkRefusal.invalid(
          "subnet " + v6.subnet() + " is of IPv6, which the network is to be without: add --ipv6");
    }
    return new NetworkSpec(
        body.path("Name").asText(""),
        v4 == null ? AddressRequest.ANY : v4,
        !wantsV6 ? null : v6 == null ? AddressRequest.ANY : v6,
        body.path("Internal").asBoolean(),
        options.isolated(),
        options.mtu(),
        texts(body.path("Labels")),
        texts(body.path("Options")));
  }

  private void refuseForeign() {
    if (body.path("Name").asText("").isBlank()) {
      throw NetworkRefusal.invalid("invalid name: name is empty");
    }
    oneOf("Driver", DRIVERS, "bridge is the only driver there is");
    oneOf("Scope", SCOPES, "every network is of this host: local");
    for (var name : new String[] {"Ingress", "ConfigOnly"}) {
      if (body.path(name).asBoolean()) {
        throw NetworkRefusal.invalid(name + " is not supported: there are no swarms");
      }
    }
    if (!body.path("ConfigFrom").path("Network").asText("").isEmpty()) {
      throw NetworkRefusal.invalid("ConfigFrom is not supported: name the settings themselves");
    }
    if (body.path("EnableIPv4").isBoolean() && !body.path("EnableIPv4").asBoolean()) {
      throw NetworkRefusal.invalid("EnableIPv4=false is not supported: every network has IPv4");
    }
    if (!Set.of("", "default").contains(body.path("IPAM").path("Driver").asText(""))
        || !body.path("IPAM").path("Options").isEmpty()) {
      throw NetworkRefusal.invalid(
          "IPAM drivers and their options are not supported: kctl gives addresses itself");
    }
  }

  private void oneOf(String field, Set<String> known, String reason) {
    var value = body.path(field).asText("");
    if (!known.contains(value)) {
      throw NetworkRefusal.invalid(
          "network "
              + field.toLowerCase(Locale.ROOT)
              + " "
              + value
              + " is not supported: "
              + reason);
    }
  }

  private void readAddresses() {
    for (var config : body.path("IPAM").path("Config")) {
      if (!config.path("AuxiliaryAddresses").isEmpty()) {
        throw NetworkRefusal.invalid(
            "AuxiliaryAddresses are not supported: keep addresses free with an IP range");
      }
      if (text(config, "Subnet").isEmpty()) {
        if (!text(config, "IPRange").isEmpty() || !text(config, "Gateway").isEmpty()) {
          throw NetworkRefusal.invalid("an IP range or a gateway needs a subnet");
        }
        continue;
      }
      NetworkRefusal.translated(() -> read(config));
    }
  }

  private void read(JsonNode config) {
    var subnet = Subnet.parse(text(config, "Subnet"));
    var range = text(config, "IPRange");
    var gateway = text(config, "Gateway");
    var request =
        new AddressRequest(
            subnet,
            range.isEmpty() ? null : Subnet.parse(range),
            gateway.isEmpty() ? null : IpAddress.parse(gateway));
    var isV4 = subnet.family() == Family.IPV4;
    if ((isV4 ? v4 : v6) != null) {
      throw NetworkRefusal.invalid(
          "a network has one subnet of " + subnet.family() + ", not also " + subnet);
    }
    if (isV4) {
      v4 = request;
    } else {
      v6 = request;
    }
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }

  private static Map<String, String> texts(JsonNode object) {
    var texts = new LinkedHashMap<String, String>();
    object.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
    return texts;
  }
}
