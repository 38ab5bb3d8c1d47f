package dev.kctl.net;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who has which address, a file for each, written before the TAP. A lease outlives the engine but
 * not the machine's boot, as its TAP does: hence a directory for each boot, and no need to sync.
 * One engine at a time; within it any number of threads.
 */
public final class Leases implements AutoCloseable {
  private static final int SCHEMA = 1;

  private final ReentrantLock changes = new ReentrantLock();
  private final Path directory;
  private final EngineLock lock;
  private final Map<String, Lease> byTap = new LinkedHashMap<>();
  private final Map<AddressSpace, AddressAllocator> allocators = new HashMap<>();

  private Leases(Path directory, EngineLock lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Opens the leases of this boot; those of earlier ones are gone with their TAPs.
   *
   * @param root a directory, made if it is not there
   */
  public static Leases open(Path root, String bootId) {
    StateFile.open(root);
    var lock = EngineLock.take(root.resolve("lock"));
    try {
      forgetOtherBoots(root, bootId);
      var leases = new Leases(root.resolve(bootId), lock);
      leases.load();
      return leases;
    } catch (NetworkException e) {
      lock.close();
      throw e;
    }
  }

  /** Writes a lease down and returns it; the TAP can be made then. */
  public Lease claim(Network network, LeaseRequest request) {
    changes.lock();
    try {
      var tap = Lease.tap(network.id(), request.container());
      if (byTap.containsKey(tap)) {
        throw new AddressUnavailable(
            "container " + request.container() + " is in network " + network.name() + " already");
      }
      var lease = choose(network, request);
      StateFile.write(StateFile.in(directory, tap), json(lease), false);
      byTap.put(tap, lease);
      return lease;
    } finally {
      changes.unlock();
    }
  }

  /** Gives a lease back; its TAP must be gone. One that is not held is no error. */
  public void release(Lease lease) {
    changes.lock();
    try {
      if (lease.equals(byTap.get(lease.tap()))) {
        StateFile.delete(StateFile.in(directory, lease.tap()), false);
        byTap.remove(lease.tap());
      }
    } finally {
      changes.unlock();
    }
  }

  /** All of them. */
  public List<Lease> all() {
    changes.lock();
    try {
      return List.copyOf(byTap.values());
    } finally {
      changes.unlock();
    }
  }

  /** Those of one network. */
  public List<Lease> of(Network network) {
    return all().stream().filter(lease -> lease.network().equals(network.id())).toList();
  }

  /** Gives back what nobody claims: an engine died between the lease and its container. */
  public List<Lease> sweep(Predicate<Lease> claimed) {
    var abandoned = all().stream().filter(claimed.negate()).toList();
    abandoned.forEach(this::release);
    return abandoned;
  }

  private Lease choose(Network network, LeaseRequest request) {
    var taken = new HashSet<IpAddress>();
    var macs = new HashSet<MacAddress>();
    for (var lease : byTap.values()) {
      if (lease.network().equals(network.id())) {
        lease.addresses().forEach(taken::add);
        macs.add(lease.mac());
      }
    }
    if (request.v6() != null && network.v6() == null) {
      throw new AddressUnavailable(
          "network " + network.name() + " has no IPv6: create it with --ipv6");
    }
    var v4 = address(network.v4(), request.v4(), taken);
    var v6 = network.v6() == null ? null : address(network.v6(), request.v6(), taken);
    var mac = request.mac() == null ? MacAddress.of(network.id(), v4) : request.mac();
    if (macs.contains(mac) || mac.equals(network.bridgeMac())) {
      throw new AddressUnavailable("MAC address " + mac + " is taken in " + network.name());
    }
    return new Lease(network.id(), request.container(), mac, v4, v6);
  }

  private IpAddress address(AddressSpace space, @Nullable IpAddress asked, Set<IpAddress> taken) {
    var allocator = allocators.computeIfAbsent(space, AddressAllocator::new);
    return asked == null ? allocator.next(taken) : allocator.asked(asked, taken);
  }

  private void load() {
    for (var file : StateFile.open(directory)) {
      var lease = StateFile.read(file, SCHEMA, Leases::lease);
      if (!file.equals(StateFile.in(directory, lease.tap()))) {
        throw new LeasesDamaged(
            file + " belongs to another lease: move it away, and start again",
            new IOException("its TAP would be " + lease.tap()));
      }
      byTap.put(lease.tap(), lease);
    }
  }

  private static void forgetOtherBoots(Path root, String bootId) {
    try (var boots = Files.newDirectoryStream(root, Files::isDirectory)) {
      for (var boot : boots) {
        if (!boot.getFileName().toString().equals(bootId)) {
          for (var file : StateFile.open(boot)) {
            Files.delete(file);
          }
          Files.delete(boot);
        }
      }
    } catch (IOException e) {
      throw new NetworkFilesFailed("cannot clear " + root + ": " + e.getMessage(), e);
    }
  }

  private static ObjectNode json(Lease lease) {
    var json =
        StateFile.JSON
            .createObjectNode()
            .put("schema", SCHEMA)
            .put("network", lease.network())
            .put("container", lease.container())
            .put("mac", lease.mac().toString())
            .put("v4", lease.v4().toString());
    return lease.v6() == null ? json : json.put("v6", lease.v6().toString());
  }

  private static Lease lease(JsonNode json) {
    return new Lease(
        StateFile.text(json, "network"),
        StateFile.text(json, "container"),
        MacAddress.parse(StateFile.text(json, "mac")),
        IpAddress.parse(StateFile.text(json, "v4")),
        StateFile.address(json, "v6"));
  }

  @Override
  public void close() {
    lock.close();
  }
}
