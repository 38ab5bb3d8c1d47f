package dev.kctl.engine.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.net.Network;
import java.util.ArrayList;
import java.util.List;

/**
 * The networks that a container which does not run is to be in: one more of them, or one less.
 *
 * @param container its name, for messages
 * @param settings Docker's EndpointSettings by network
 * @param store which knows the networks by all they can be called
 */
public record Membership(String container, ObjectNode settings, NetworkStore store) {
  private static final String PRIVATE =
      "container cannot be connected to multiple networks with one of the networks in private"
          + " (none) mode";

  /** The settings with one network more. */
  public ObjectNode joined(Network network, JsonNode wanted) {
    if (settings.has(NetworkStore.NONE)) {
      throw NetworkRefusal.invalid(PRIVATE);
    }
    if (!keys(network).isEmpty()) {
      throw NetworkRefusal.forbidden(
          "endpoint with name " + container + " already exists in network " + network.name());
    }
    var given =
        wanted instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    EndpointWish.parse(network.name(), given, "").check(network);
    var after = settings.deepCopy();
    after.set(network.name(), given.deepCopy());
    return after;
  }

  /** The settings without a network. */
  public ObjectNode left(Network network) {
    var keys = keys(network);
    if (keys.isEmpty()) {
      throw NetworkRefusal.forbidden(
          "container " + container + " is not connected to network " + network.name());
    }
    var after = settings.deepCopy();
    keys.forEach(after::remove);
    return after;
  }

  /** Whether it is to be in a network. */
  public boolean isIn(Network network) {
    return !keys(network).isEmpty();
  }

  /** A user may have named it by its id, or the beginning of that. */
  private List<String> keys(Network network) {
    var keys = new ArrayList<String>();
    settings.fieldNames().forEachRemaining(keys::add);
    keys.removeIf(key -> store.find(key).filter(n -> n.id().equals(network.id())).isEmpty());
    return keys;
  }
}
