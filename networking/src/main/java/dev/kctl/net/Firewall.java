package dev.kctl.net;

import dev.kctl.net.FirewallSet.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Our tables in the kernel. Whole tables go through {@code nft}, once; elements by netlink, in one
 * transaction each time. What others have in theirs is never touched.
 */
public final class Firewall implements AutoCloseable {
  private final ReentrantLock changes = new ReentrantLock();
  private final Netlink netlink;
  private final Nft nft;
  private Set<FirewallElement> applied = Set.of();

  /** What the kernel calls our rules; null where none are there. */
  private @Nullable List<String> fingerprint;

  private Firewall(Netlink netlink, Nft nft) {
    this.netlink = netlink;
    this.nft = nft;
  }

  /** Opens the way to the tables in the calling thread's network namespace; changes nothing yet. */
  public static Firewall open() {
    return new Firewall(Netlink.netfilter(), Nft.find());
  }

  /**
   * Makes the kernel hold exactly what these need. Without a network our tables go.
   *
   * @param endpoints all of them, in whatever order
   */
  public void apply(Collection<Network> networks, Collection<Endpoint> endpoints) {
    changes.lock();
    try {
      var wanted = FirewallPlan.of(networks, endpoints);
      if (networks.isEmpty()) {
        remove();
      } else if (fingerprint == null || !change(wanted)) {
        install(wanted);
      }
      applied = wanted;
    } finally {
      changes.unlock();
    }
  }

  /** Puts right what others changed in our tables; returns what was wrong, one line each. */
  public List<String> reconcile() {
    changes.lock();
    try {
      if (fingerprint == null) {
        return List.of();
      }
      var wrong = differences();
      if (!wrong.isEmpty()) {
        install(applied);
      }
      return wrong;
    } finally {
      changes.unlock();
    }
  }

  /** How many packets of containers with an egress policy were refused, by their address. */
  public Map<IpAddress, Long> refused() {
    var counts = new LinkedHashMap<IpAddress, Long>();
    for (var set : List.of(FirewallSet.REFUSED4, FirewallSet.REFUSED6)) {
      list(set).values().forEach(e -> counts.put(IpAddress.of(e.key()), e.packets()));
    }
    return counts;
  }

  /** Where containers with an egress policy tried to connect in the last hour, in vain. */
  public List<RefusedAttempt> attempts() {
    var attempts = new ArrayList<RefusedAttempt>();
    for (var set : List.of("tried4", "tried6")) {
      FirewallMessages.elements(
              netlink.list(FirewallMessages.listElements(Table.INET, set, netlink.next())), false)
          .values()
          .forEach(listed -> attempts.add(RefusedAttempt.of(listed.key(), listed.packets())));
    }
    return attempts;
  }

  /** Takes our tables away, and all that was in them. */
  public void remove() {
    changes.lock();
    try {
      for (var table : Table.values()) {
        var messages = FirewallMessages.deleteTable(table, netlink::next);
        for (var ack : netlink.acknowledged(messages)) {
          if (ack.errno() != 0 && ack.errno() != NetlinkAck.ENOENT) {
            throw ack.refused("deleting table " + table);
          }
        }
      }
      fingerprint = null;
      applied = Set.of();
    } finally {
      changes.unlock();
    }
  }

  private void install(Set<FirewallElement> wanted) {
    nft.apply(Ruleset.render(wanted));
    fingerprint = readFingerprint();
  }

  /** Returns whether the tables were there to be changed. */
  private boolean change(Set<FirewallElement> wanted) {
    var gone = new HashSet<>(applied);
    gone.removeAll(wanted);
    var added = new HashSet<>(wanted);
    added.removeAll(applied);
    if (gone.isEmpty() && added.isEmpty()) {
      return true;
    }
    var messages = FirewallMessages.change(gone, added, netlink::next);
    for (var ack : netlink.acknowledged(messages)) {
      if (ack.isAny(NetlinkAck.ENOENT, NetlinkAck.EEXIST)) {
        return false; // somebody else was at work in our tables
      }
      if (ack.errno() != 0) {
        throw ack.refused("changing " + Table.INET);
      }
    }
    return true;
  }

  private List<String> differences() {
    if (!readFingerprint().equals(fingerprint)) {
      return List.of("the rules of table " + Table.INET + " or " + Table.BRIDGE + " were changed");
    }
    var wrong = new ArrayList<String>();
    for (var set : FirewallSet.values()) {
      var expected = new HashSet<String>();
      applied.stream().filter(e -> e.set() == set).forEach(e -> expected.add(e.identity()));
      if (!list(set).keySet().equals(expected)) {
        wrong.add("the elements of " + set.table() + " " + set.setName() + " were changed");
      }
    }
    return wrong;
  }

  private Map<String, FirewallMessages.Listed> list(FirewallSet set) {
    var request = FirewallMessages.listElements(set.table(), set.setName(), netlink.next());
    return FirewallMessages.elements(netlink.list(request), set.hasRanges());
  }

  private List<String> readFingerprint() {
    var all = new ArrayList<String>();
    for (var table : Table.values()) {
      all.addAll(
          FirewallMessages.chainHandles(
              netlink.list(FirewallMessages.listChains(table, netlink.next()))));
      all.addAll(
          FirewallMessages.ruleHandles(
              netlink.list(FirewallMessages.listRules(table, netlink.next()))));
    }
    return all;
  }

  @Override
  public void close() {
    netlink.close();
  }
}
