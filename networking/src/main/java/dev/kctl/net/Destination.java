package dev.kctl.net;

/** Addresses, and the ports there that may be reached. */
record Destination(Subnet subnet, PortRange ports) {
  boolean allPorts() {
    return ports.equals(PortRange.ALL);
  }
}
