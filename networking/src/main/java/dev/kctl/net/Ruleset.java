package dev.kctl.net;

import dev.kctl.net.FirewallSet.Table;
import java.util.Collection;
import java.util.stream.Collectors;

/** Our tables as {@code nft} reads them: constant rules, and the elements they look up. */
final class Ruleset {
  /**
   * Rules of the bridges' ports. Only IP and ARP pass, from the addresses that the port was given;
   * no router's advertisement; answers to neighbours only for one's own address.
   */
  private static final String BRIDGE_CHAINS =
      """
        chain prerouting {
          type filter hook prerouting priority -300; policy accept;
          iifname @taps jump guard
        }
        chain guard {
          iifname . ether saddr != @macs counter drop
          iifname . ether saddr . ip saddr @senders4 accept
          iifname . arp saddr ether . arp saddr ip @senders4 accept
          arp saddr ip 0.0.0.0 iifname . arp saddr ether @macs accept
          icmpv6 type { nd-router-advert, nd-redirect } counter drop
          icmpv6 type nd-neighbor-advert iifname . ether saddr . @th,64,128 != @targets6 counter drop
          iifname . ether saddr . ip6 saddr @senders6 accept
          ip6 saddr :: icmpv6 type nd-neighbor-solicit accept
          counter drop
        }
      """;

  /**
   * Priorities are numbers: names such as dstnat work in some hooks only before nft 1.0.7. The
   * masquerade of the hairpin must not match by iifname: with br_netfilter on it runs in the
   * bridge.
   */
  private static final String INET_CHAINS =
      """
        set tried4 {
          type ipv4_addr . ipv4_addr . inet_proto . inet_service
          flags dynamic,timeout; size 4096; timeout 1h; counter
        }
        set tried6 {
          type ipv6_addr . ipv6_addr . inet_proto . inet_service
          flags dynamic,timeout; size 4096; timeout 1h; counter
        }
        chain refuse {
          meta l4proto tcp reject with tcp reset
          reject with icmpx admin-prohibited
        }
        chain prerouting {
          type nat hook prerouting priority -101; policy accept;
          fib daddr type local jump publish
        }
        chain output {
          type nat hook output priority -101; policy accept;
          ip daddr 127.0.0.0/8 return
          ip6 daddr ::1 return
          fib daddr type local jump publish
        }
        chain publish {
          dnat ip to ip daddr . meta l4proto . th dport map @publish4at
          dnat ip to meta l4proto . th dport map @publish4
          dnat ip6 to ip6 daddr . meta l4proto . th dport map @publish6at
          dnat ip6 to meta l4proto . th dport map @publish6
        }
        chain postrouting {
          type nat hook postrouting priority 99; policy accept;
          ct status dnat oifname @bridges ip saddr @sources4 masquerade
          ct status dnat oifname @bridges ip6 saddr @sources6 masquerade
          oifname @bridges accept
          ip saddr @sources4 masquerade
          ip6 saddr @sources6 masquerade
        }
        chain input {
          type filter hook input priority -1; policy accept;
          iifname != @bridges accept
          ct state established,related accept
          icmp type echo-request accept
          icmpv6 type { echo-request, nd-neighbor-solicit, nd-neighbor-advert } accept
          ip saddr @trusted4 accept
          ip6 saddr @trusted6 accept
          counter goto refuse
        }
        chain forward {
          type filter hook forward priority -1; policy accept;
          iifname . oifname @same accept
          ct direction original ip saddr @policed4 jump egress4
          ct direction original ip6 saddr @policed6 jump egress6
          iifname @internal counter goto refuse
          oifname @internal counter drop
          ct state established,related accept
          iifname @bridges ct state invalid drop
          oifname @bridges ct state invalid drop
          ct status dnat accept
          iifname @bridges oifname @bridges counter goto refuse
          oifname @bridges counter drop
        }
        chain egress4 {
          meta l4proto { tcp, udp, sctp } ip saddr . ip daddr . th dport @allow4 return
          ip saddr . ip daddr @allowall4 return
          meta l4proto { tcp, udp, sctp } update @tried4 { ip saddr . ip daddr . meta l4proto . th dport }
          ip saddr @refused4 goto refuse
        }
        chain egress6 {
          meta l4proto { tcp, udp, sctp } ip6 saddr . ip6 daddr . th dport @allow6 return
          ip6 saddr . ip6 daddr @allowall6 return
          meta l4proto { tcp, udp, sctp } update @tried6 { ip6 saddr . ip6 daddr . meta l4proto . th dport }
          ip6 saddr @refused6 goto refuse
        }
      """;

  private Ruleset() {}

  /**
   * Both tables anew, in one transaction: the first line makes the second succeed always.
   *
   * @param name of both
   */
  static String render(String name, Collection<FirewallElement> elements) {
    var text = new StringBuilder();
    for (var table : Table.values()) {
      var named = "table " + table + " " + name;
      text.append(named).append("\ndelete ").append(named).append('\n');
      text.append(named).append(" {\n");
      for (var set : FirewallSet.values()) {
        if (set.table() == table) {
          render(set, elements, text);
        }
      }
      text.append(table == Table.INET ? INET_CHAINS : BRIDGE_CHAINS).append("}\n");
    }
    return text.toString();
  }

  private static void render(
      FirewallSet set, Collection<FirewallElement> elements, StringBuilder text) {
    text.append(set.isMap() ? "  map " : "  set ").append(set.setName());
    text.append(" {\n    ").append(set.declaration().replace("; ", "\n    ")).append('\n');
    var members =
        elements.stream()
            .filter(element -> element.set() == set)
            .map(FirewallElement::text)
            .sorted()
            .collect(Collectors.joining(", "));
    if (!members.isEmpty()) {
      text.append("    elements = { ").append(members).append(" }\n");
    }
    text.append("  }\n");
  }
}
