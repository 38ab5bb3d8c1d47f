package dev.kctl.cli;

import dev.kctl.engine.PortsColumn;
import java.util.List;

/** Ports as {@code ps} shows them, from the API's answer. */
final class PortText {
  private PortText() {}

  static String of(List<JsonObject> ports) {
    return PortsColumn.text(ports.stream().map(PortText::port).toList());
  }

  private static PortsColumn.Port port(JsonObject port) {
    return new PortsColumn.Port(
        (int) port.number("PrivatePort"),
        port.string("Type"),
        port.string("IP"),
        (int) port.number("PublicPort"));
  }
}
