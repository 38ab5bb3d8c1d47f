package dev.kctl.net;

import java.util.Locale;

/** The sets and maps of our tables: what changes, while the rules stay as they are. */
enum FirewallSet {
  /** Ports of bridges whose frames are checked. */
  TAPS(Table.BRIDGE, "type ifname;"),
  /** Who may send from which port at all. */
  MACS(Table.BRIDGE, "type ifname . ether_addr;"),
  SENDERS4(Table.BRIDGE, "type ifname . ether_addr . ipv4_addr;"),
  SENDERS6(Table.BRIDGE, "type ifname . ether_addr . ipv6_addr;"),
  /** For which addresses a port may answer neighbours; as raw bytes for nft before 1.0.9. */
  TARGETS6(Table.BRIDGE, "typeof iifname . ether saddr . @th,64,128;"),

  BRIDGES(Table.INET, "type ifname;"),
  INTERNAL(Table.INET, "type ifname;"),
  /** In by a bridge and out by the same, where containers reach each other. */
  SAME(Table.INET, "type ifname . ifname;"),
  /** Containers whose packets leave with the host's address. */
  SOURCES4(Table.INET, "type ipv4_addr;"),
  SOURCES6(Table.INET, "type ipv6_addr;"),
  /** Containers that reach the host's own services. */
  TRUSTED4(Table.INET, "type ipv4_addr;"),
  TRUSTED6(Table.INET, "type ipv6_addr;"),
  PUBLISH4(Table.INET, "type inet_proto . inet_service : ipv4_addr . inet_service;"),
  PUBLISH6(Table.INET, "type inet_proto . inet_service : ipv6_addr . inet_service;"),
  PUBLISH4AT(Table.INET, "type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service;"),
  PUBLISH6AT(Table.INET, "type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service;"),
  /**
   * Containers with an egress policy; what gets past the rules that allow is counted and refused.
   */
  POLICED4(Table.INET, "type ipv4_addr;"),
  POLICED6(Table.INET, "type ipv6_addr;"),
  REFUSED4(Table.INET, "type ipv4_addr; counter;"),
  REFUSED6(Table.INET, "type ipv6_addr; counter;"),
  ALLOW4(Table.INET, "type ipv4_addr . ipv4_addr . inet_service; flags interval;"),
  ALLOW6(Table.INET, "type ipv6_addr . ipv6_addr . inet_service; flags interval;"),
  ALLOWALL4(Table.INET, "type ipv4_addr . ipv4_addr; flags interval;"),
  ALLOWALL6(Table.INET, "type ipv6_addr . ipv6_addr; flags interval;");

  /** Our two tables: the kernel sees a bridge's ports in one of the bridge family only. */
  enum Table {
    INET(1, "inet"),
    BRIDGE(7, "bridge");

    private final int family;
    private final String text;

    Table(int family, String text) {
      this.family = family;
      this.text = text;
    }

    int family() {
      return family;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private final Table table;
  private final String declaration;

  FirewallSet(Table table, String declaration) {
    this.table = table;
    this.declaration = declaration;
  }

  Table table() {
    return table;
  }

  String declaration() {
    return declaration;
  }

  boolean isMap() {
    return declaration.contains(" : ");
  }

  /** Whether its keys are ranges, whose ends the kernel wants too. */
  boolean hasRanges() {
    return declaration.contains("interval");
  }

  /** The set itself, or its like for IPv6. */
  FirewallSet of(Family family) {
    return family == Family.IPV4 ? this : valueOf(name().replace('4', '6'));
  }

  String setName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
