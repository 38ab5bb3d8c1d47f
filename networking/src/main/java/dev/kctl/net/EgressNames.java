package dev.kctl.net;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An egress policy that allows names: these may be asked for, and where the answers lead the
 * container may connect. Addresses stay for as long as the policy does, since a container may keep
 * them; the oldest give way to new ones.
 */
public final class EgressNames implements DnsPolicy {
  private static final int MOST_ADDRESSES_OF_A_RULE = 512;

  private final ReentrantLock changes = new ReentrantLock();
  private final List<EgressRule> rules;
  private final Runnable changed;
  private final Map<EgressRule.ToName, Set<IpAddress>> learned = new HashMap<>();
  private final Map<String, Long> denied = new HashMap<>();

  /**
   * Begins with what the rules name by address.
   *
   * @param changed called when there is more in {@link #destinations}; when it returns, the packet
   *     filter must know
   */
  public EgressNames(List<EgressRule> rules, Runnable changed) {
    this.rules = List.copyOf(rules);
    this.changed = changed;
  }

  @Override
  public boolean allows(String name) {
    if (rules.stream().anyMatch(rule -> rule instanceof EgressRule.ToName to && to.matches(name))) {
      return true;
    }
    changes.lock();
    try {
      if (denied.size() < MOST_ADDRESSES_OF_A_RULE || denied.containsKey(name)) {
        denied.merge(name, 1L, Long::sum);
      }
      return false;
    } finally {
      changes.unlock();
    }
  }

  @Override
  public void resolved(String name, List<IpAddress> addresses) {
    var news = false;
    changes.lock();
    try {
      for (var rule : rules) {
        if (rule instanceof EgressRule.ToName to && to.matches(name)) {
          news |= learn(learned.computeIfAbsent(to, _ -> new LinkedHashSet<>()), addresses);
        }
      }
    } finally {
      changes.unlock();
    }
    if (news) {
      changed.run();
    }
  }

  /** A name that leads to the machine itself, or to everybody, is not followed. */
  private static boolean learn(Set<IpAddress> known, List<IpAddress> addresses) {
    var news = false;
    for (var address : addresses) {
      var inet = address.toInet();
      if (!inet.isLoopbackAddress() && !inet.isAnyLocalAddress() && !inet.isMulticastAddress()) {
        news |= known.add(address);
      }
    }
    while (known.size() > MOST_ADDRESSES_OF_A_RULE) {
      known.remove(known.iterator().next());
    }
    return news;
  }

  /** Where the container may connect to now. */
  public List<EgressRule.ToSubnet> destinations() {
    changes.lock();
    try {
      var all = new ArrayList<EgressRule.ToSubnet>();
      for (var rule : rules) {
        switch (rule) {
          case EgressRule.ToSubnet to -> all.add(to);
          case EgressRule.ToName to ->
              learned
                  .getOrDefault(to, Set.of())
                  .forEach(
                      address ->
                          all.add(
                              new EgressRule.ToSubnet(
                                  new Subnet(address, address.family().bits()), to.ports())));
        }
      }
      return all;
    } finally {
      changes.unlock();
    }
  }

  /** How often which name was asked for in vain. */
  public Map<String, Long> denied() {
    changes.lock();
    try {
      return Map.copyOf(denied);
    } finally {
      changes.unlock();
    }
  }
}
