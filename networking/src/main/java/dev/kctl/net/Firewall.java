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
  private final RootTag root;
  private final FirewallMessages messages;
  private Set<FirewallElement> applied = Set.of();

  /** What the kernel calls our rules; null where none are there. */
  private @Nullable List<String> fingerprint;

  private Firewall(Netlink netlink, Nft nft, RootTag root) {
    this.netlink = netlink;
    this.nft = nft;
    this.root = root;
    this.messages = new FirewallMessages(root.tables());
  }

  /**
   * Opens the way to the tables of a data root in the calling thread's network namespace; changes
   * nothing yet.
   */
  public static Firewall open(RootTag root) {
    return new Firewall(Netlink.netfilter(), Nft.find(), root);
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
              netlink.list(messages.listElements(Table.INET, set, netlink.next())), false)
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
        for (var ack : netlink.acknowledged(messages.deleteTable(table, netlink::next))) {
          if (ack.errno() != 0 && ack.errno() != NetlinkAck.ENOENT) {
            throw ack.refused("deleting table " + named(table));
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
    nft.apply(Ruleset.render(root.tables(), wanted));
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
    for (var ack : netlink.acknowledged(messages.change(gone, added, netlink::next))) {
      if (ack.isAny(NetlinkAck.ENOENT, NetlinkAck.EEXIST)) {
        return false; // somebody else was at work in our tables
      }
      if (ack.errno() != 0) {
        throw ack.refused("changing " + named(Table.INET));
      }
    }
    return true;
  }

  private List<String> differences() {
    if (!readFingerprint().equals(fingerprint)) {
      return List.of(
          "the rules of table "
              + named(Table.INET)
              + " or "
              + named(Table.BRIDGE)
              + " were changed");
    }
    var wrong = new ArrayList<String>();
    for (var set : FirewallSet.values()) {
      var expected = new HashSet<String>();
      applied.stream().filter(e -> e.set() == set).forEach(e -> expected.add(e.identity()));
      if (!list(set).keySet().equals(expected)) {
        wrong.add("the elements of " + named(set.table()) + " " + set.setName() + " were changed");
      }
    }
    return wrong;
  }

  private Map<String, FirewallMessages.Listed> list(FirewallSet set) {
    var request = messages.listElements(set.table(), set.setName(), netlink.next());
    return FirewallMessages.elements(netlink.list(request), set.hasRanges());
  }

  private String named(Table table) {
    return table + " " + root.tables();
  }

  private List<String> readFingerprint() {
    var all = new ArrayList<String>();
    for (var table : Table.values()) {
      all.addAll(messages.chainHandles(netlink.list(messages.listChains(table, netlink.next()))));
      all.addAll(
          FirewallMessages.ruleHandles(netlink.list(messages.listRules(table, netlink.next()))));
    }
    return all;
  }

  @Override
  public void close() {
    netlink.close();
  }
}
