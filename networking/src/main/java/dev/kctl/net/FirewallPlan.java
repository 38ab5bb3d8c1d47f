package dev.kctl.net;

import dev.kctl.net.FirewallField.Addresses;
import dev.kctl.net.FirewallField.Device;
import dev.kctl.net.FirewallField.Ports;
import dev.kctl.net.FirewallField.RawIpv6;
import dev.kctl.net.FirewallField.Station;
import dev.kctl.net.FirewallField.Transport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Translates networks and their containers into the elements that the rules look up. */
final class FirewallPlan {
  private final Set<FirewallElement> elements = new LinkedHashSet<>();

  private FirewallPlan() {}

  static Set<FirewallElement> of(Collection<Network> networks, Collection<Endpoint> endpoints) {
    var plan = new FirewallPlan();
    networks.forEach(plan::add);
    endpoints.forEach(plan::add);
    return plan.elements;
  }

  private void add(Network network) {
    var bridge = new Device(network.bridge());
    elements.add(FirewallElement.of(FirewallSet.BRIDGES, bridge));
    if (network.internal()) {
      elements.add(FirewallElement.of(FirewallSet.INTERNAL, bridge));
    }
    if (!network.isolated()) {
      elements.add(FirewallElement.of(FirewallSet.SAME, bridge, bridge));
    }
  }

  private void add(Endpoint endpoint) {
    var lease = endpoint.lease();
    guard(lease);
    lease.addresses().forEach(address -> add(endpoint, address));
    endpoint.ports().forEach(port -> publish(lease, port));
  }

  private void guard(Lease lease) {
    var tap = new Device(lease.tap());
    var station = new Station(lease.mac());
    elements.add(FirewallElement.of(FirewallSet.TAPS, tap));
    elements.add(FirewallElement.of(FirewallSet.MACS, tap, station));
    elements.add(FirewallElement.of(FirewallSet.SENDERS4, tap, station, Addresses.one(lease.v4())));
    if (lease.v6() != null) {
      for (var address : List.of(lease.v6(), lease.mac().linkLocal())) {
        elements.add(
            FirewallElement.of(FirewallSet.SENDERS6, tap, station, Addresses.one(address)));
        elements.add(FirewallElement.of(FirewallSet.TARGETS6, tap, station, new RawIpv6(address)));
      }
    }
  }

  private void add(Endpoint endpoint, IpAddress address) {
    var family = address.family();
    var source = Addresses.one(address);
    if (!endpoint.network().internal()) {
      elements.add(FirewallElement.of(FirewallSet.SOURCES4.of(family), source));
    }
    if (endpoint.hostGateway()) {
      elements.add(FirewallElement.of(FirewallSet.TRUSTED4.of(family), source));
    }
    var allowed = endpoint.allowed();
    if (allowed != null) {
      elements.add(FirewallElement.of(FirewallSet.POLICED4.of(family), source));
      elements.add(FirewallElement.of(FirewallSet.REFUSED4.of(family), source));
      allow(source, family, allowed);
    }
  }

  private void allow(Addresses source, Family family, List<EgressRule.ToSubnet> rules) {
    var wished = new ArrayList<Destination>();
    for (var rule : rules) {
      if (rule.subnet().family() == family) {
        wished.add(new Destination(rule.subnet(), rule.ports()));
      }
    }
    var everything = wished.stream().filter(Destination::allPorts).toList();
    for (var destination : DisjointDestinations.of(everything)) {
      elements.add(
          FirewallElement.of(
              FirewallSet.ALLOWALL4.of(family), source, new Addresses(destination.subnet())));
    }
    var some = wished.stream().filter(destination -> !destination.allPorts()).toList();
    for (var destination : DisjointDestinations.of(some)) {
      elements.add(
          FirewallElement.of(
              FirewallSet.ALLOW4.of(family),
              source,
              new Addresses(destination.subnet()),
              new Ports(destination.ports())));
    }
  }

  private void publish(Lease lease, PublishedPort port) {
    var host = port.hostAddress();
    lease
        .addresses()
        .filter(address -> host == null || host.family() == address.family())
        .forEach(
            address -> {
              var transport = new Transport(port.protocol());
              var ports = new Ports(PortRange.of(port.hostPort()));
              var family = address.family();
              var data =
                  List.<FirewallField>of(
                      Addresses.one(address), new Ports(PortRange.of(port.containerPort())));
              elements.add(
                  host == null || host.isUnspecified()
                      ? new FirewallElement(
                          FirewallSet.PUBLISH4.of(family), List.of(transport, ports), data)
                      : new FirewallElement(
                          FirewallSet.PUBLISH4AT.of(family),
                          List.of(Addresses.one(host), transport, ports),
                          data));
            });
  }
}
