package dev.kctl.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Ports as {@code ps} shows them. */
final class PortText {
  private PortText() {}

  /** For example {@code 0.0.0.0:8080->80/tcp, 443/tcp}. */
  static String of(List<JsonObject> ports) {
    var texts = new ArrayList<String>();
    ports.stream()
        .sorted(
            Comparator.comparingLong((JsonObject port) -> port.number("PrivatePort"))
                .thenComparing(port -> port.string("Type"))
                .thenComparing(port -> port.string("IP")))
        .map(PortText::text)
        .forEach(texts::add);
    return String.join(", ", texts);
  }

  private static String text(JsonObject port) {
    var inside = port.number("PrivatePort") + "/" + port.string("Type");
    if (port.number("PublicPort") == 0) {
      return inside;
    }
    var address = port.string("IP");
    var host = address.indexOf(':') >= 0 ? "[" + address + "]" : address;
    return (host.isEmpty() ? "" : host + ":") + port.number("PublicPort") + "->" + inside;
  }
}
