package dev.kctl.net;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The networks that users made, a file for each, durable. */
public final class Networks implements AutoCloseable {
  private static final int SCHEMA = 1;
  private static final int ID_BYTES = 32;
  private static final int SHORTEST_PREFIX_OF_ID = 4;

  private final ReentrantLock changes = new ReentrantLock();
  private final SecureRandom random = new SecureRandom();
  private final Path directory;
  private final EngineLock lock;
  private final byte[] host;
  private final RootTag root;
  private final Map<String, Network> byName = new LinkedHashMap<>();

  private Networks(Path directory, EngineLock lock, String hostIdentity, RootTag root) {
    this.directory = directory;
    this.lock = lock;
    this.root = root;
    host = Network.sha256("kctl unique local prefix " + hostIdentity);
  }

  /**
   * Opens the networks.
   *
   * @param hostIdentity a text that no other host has, {@code /etc/machine-id} say: the prefix of
   *     IPv6 is made of its hash
   * @param root whose networks these are
   */
  public static Networks open(Path directory, String hostIdentity, RootTag root) {
    var files = StateFile.open(directory);
    var networks =
        new Networks(directory, EngineLock.take(directory.resolve("lock")), hostIdentity, root);
    try {
      for (var file : files) {
        var network = StateFile.read(file, SCHEMA, Networks::network);
        networks.byName.put(network.name(), network);
      }
      return networks;
    } catch (NetworkException e) {
      networks.close();
      throw e;
    }
  }

  /**
   * Makes a network.
   *
   * @param routes the subnets that the host reaches: VPNs, other bridges; a chosen subnet never
   *     overlaps one, a named one may
   */
  public Network create(NetworkSpec spec, Collection<Subnet> routes) {
    changes.lock();
    try {
      if (byName.containsKey(spec.name())) {
        throw new NameTaken("a network named " + spec.name() + " is there already");
      }
      var id = newId();
      var network =
          new Network(
              id,
              spec.name(),
              ipv4(spec.v4(), routes),
              spec.v6() == null ? null : ipv6(spec.v6(), id, routes),
              spec.internal(),
              spec.isolated(),
              spec.mtu(),
              spec.labels(),
              spec.options(),
              Instant.now());
      StateFile.write(StateFile.in(directory, id), json(network), true);
      byName.put(network.name(), network);
      return network;
    } finally {
      changes.unlock();
    }
  }

  /** All of them, the oldest name first. */
  public List<Network> all() {
    changes.lock();
    try {
      return List.copyOf(byName.values());
    } finally {
      changes.unlock();
    }
  }

  /** Finds one by its name, its id, or the beginning of its id. */
  public Network get(String nameOrId) {
    changes.lock();
    try {
      return Optional.ofNullable(byName.get(nameOrId))
          .or(() -> byId(nameOrId))
          .orElseThrow(() -> new NoSuchNetwork("no such network: " + Printable.quote(nameOrId)));
    } finally {
      changes.unlock();
    }
  }

  /** Forgets a network, whose links and leases must be gone. */
  public void remove(Network network) {
    changes.lock();
    try {
      StateFile.delete(StateFile.in(directory, network.id()), true);
      byName.remove(network.name());
    } finally {
      changes.unlock();
    }
  }

  private Optional<Network> byId(String prefix) {
    if (prefix.length() < SHORTEST_PREFIX_OF_ID) {
      return Optional.empty();
    }
    var found = byName.values().stream().filter(n -> n.id().startsWith(prefix)).toList();
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  private AddressSpace ipv4(AddressRequest request, Collection<Subnet> routes) {
    var subnet =
        request.subnet() == null
            ? DefaultPools.ipv4(withOurs(routes))
            : named(request.subnet(), Family.IPV4);
    return AddressSpace.of(subnet, request.range(), request.gateway());
  }

  private AddressSpace ipv6(AddressRequest request, String id, Collection<Subnet> routes) {
    var subnet =
        request.subnet() == null
            ? DefaultPools.uniqueLocal(host, id, withOurs(routes))
            : named(request.subnet(), Family.IPV6);
    return AddressSpace.of(subnet, request.range(), request.gateway());
  }

  private Subnet named(Subnet subnet, Family family) {
    if (subnet.family() != family) {
      throw new InvalidNetworkValue("subnet " + subnet + " is not of " + family);
    }
    for (var other : byName.values()) {
      if (other.spaces().anyMatch(space -> space.subnet().overlaps(subnet))) {
        throw new SubnetUnavailable(
            "subnet " + subnet + " overlaps that of network " + other.name());
      }
    }
    return subnet;
  }

  private List<Subnet> withOurs(Collection<Subnet> routes) {
    // The default route overlaps everything, and says nothing.
    var taken = new ArrayList<>(routes.stream().filter(route -> route.prefix() > 0).toList());
    byName.values().forEach(n -> n.spaces().map(AddressSpace::subnet).forEach(taken::add));
    return taken;
  }

  /** Few of its digits name the bridge, so it must differ from the others' in these. */
  private String newId() {
    var bytes = new byte[ID_BYTES];
    while (true) {
      random.nextBytes(bytes);
      var digits = HexFormat.of().formatHex(bytes);
      var id = digits.substring(0, digits.length() - RootTag.LENGTH) + root.digits();
      var bridge = Network.bridge(id);
      if (byName.values().stream().noneMatch(other -> other.bridge().equals(bridge))) {
        return id;
      }
    }
  }

  private static ObjectNode json(Network network) {
    var json =
        StateFile.JSON
            .createObjectNode()
            .put("schema", SCHEMA)
            .put("id", network.id())
            .put("name", network.name())
            .put("internal", network.internal())
            .put("isolated", network.isolated())
            .put("mtu", network.mtu())
            .put("created", network.created().toString());
    network.options().forEach(json.putObject("options")::put);
    network.labels().forEach(json.putObject("labels")::put);
    json.set("v4", json(network.v4()));
    if (network.v6() != null) {
      json.set("v6", json(network.v6()));
    }
    return json;
  }

  private static ObjectNode json(AddressSpace space) {
    return StateFile.JSON
        .createObjectNode()
        .put("subnet", space.subnet().toString())
        .put("range", space.range().toString())
        .put("gateway", space.gateway().toString());
  }

  private static Network network(JsonNode json) {
    return new Network(
        StateFile.text(json, "id"),
        StateFile.text(json, "name"),
        space(json.path("v4")),
        optionalSpace(json, "v6"),
        json.path("internal").asBoolean(),
        json.path("isolated").asBoolean(),
        json.path("mtu").asInt(),
        texts(json.path("labels")),
        texts(json.path("options")),
        created(StateFile.text(json, "created")));
  }

  private static Instant created(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException _) {
      throw new InvalidNetworkValue("not a time: " + Printable.quote(text));
    }
  }

  private static Map<String, String> texts(JsonNode object) {
    var texts = new LinkedHashMap<String, String>();
    object.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
    return texts;
  }

  private static @Nullable AddressSpace optionalSpace(JsonNode json, String field) {
    return json.has(field) ? space(json.path(field)) : null;
  }

  private static AddressSpace space(JsonNode json) {
    return new AddressSpace(
        Subnet.parse(StateFile.text(json, "subnet")),
        Subnet.parse(StateFile.text(json, "range")),
        IpAddress.parse(StateFile.text(json, "gateway")));
  }

  @Override
  public void close() {
    lock.close();
  }
}
