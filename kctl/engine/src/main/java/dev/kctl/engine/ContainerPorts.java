package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;

/** The ports of a container as lists show them: none while it does not run. */
final class ContainerPorts {
  private ContainerPorts() {}

  static List<PortsColumn.Port> of(Container container) {
    var ports = new ArrayList<PortsColumn.Port>();
    if (!(container.state() instanceof ContainerState.Running)) {
      return ports;
    }
    var all = container.networks().settings(container.spec().networkWishes()).path("Ports");
    for (var entry : all.properties()) {
      var slash = entry.getKey().indexOf('/');
      var inside = Integer.parseInt(entry.getKey().substring(0, slash));
      var protocol = entry.getKey().substring(slash + 1);
      if (entry.getValue().isEmpty()) {
        ports.add(new PortsColumn.Port(inside, protocol, "", 0));
      }
      for (var host : entry.getValue()) {
        var outside = Integer.parseInt(host.path("HostPort").asText());
        ports.add(new PortsColumn.Port(inside, protocol, host.path("HostIp").asText(), outside));
      }
    }
    return ports;
  }

  /** In Docker's shape. */
  static ArrayNode json(Container container) {
    var json = Json.array();
    for (var port : of(container)) {
      var one = json.addObject();
      if (port.outside() != 0) {
        one.put("IP", port.address());
      }
      one.put("PrivatePort", port.inside());
      if (port.outside() != 0) {
        one.put("PublicPort", port.outside());
      }
      one.put("Type", port.protocol());
    }
    return json;
  }
}
