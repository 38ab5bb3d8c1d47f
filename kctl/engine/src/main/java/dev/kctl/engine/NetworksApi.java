package dev.kctl.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.engine.network.ContainerNetworks;
import dev.kctl.engine.network.Membership;
import dev.kctl.engine.network.NetworkJson;
import dev.kctl.engine.network.NetworkRequest;
import dev.kctl.engine.network.NetworkStore;
import dev.kctl.net.Network;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The routes of networks. */
final class NetworksApi {
  private static final Set<String> PRUNE_FILTERS = Set.of("until", "label", "label!");

  private final ContainerNetworks networks;
  private final Containers containers;
  private final NetworkEvents events;
  private final InstantSource clock;

  NetworksApi(
      ContainerNetworks networks, Containers containers, Events events, InstantSource clock) {
    this.networks = networks;
    this.containers = containers;
    this.events = new NetworkEvents(events);
    this.clock = clock;
  }

  void list(HttpExchange exchange, List<String> path) throws IOException {
    var filters = Filters.parse(exchange.request().parameter("filters"), NetworkFilter.KNOWN);
    var filter =
        new NetworkFilter(filters, json -> store().find(id(json)).filter(this::isUsed).isPresent());
    var all = new ArrayList<ObjectNode>();
    store().list().forEach(network -> all.add(NetworkJson.of(network, List.of())));
    all.addAll(NetworkJson.predefined());
    var json = Json.array();
    all.stream().filter(filter::wants).forEach(json::add);
    exchange.json(200, json);
  }

  void inspect(HttpExchange exchange, List<String> path) throws IOException {
    var reference = path.getFirst();
    var predefined = predefined(reference);
    if (predefined.isPresent()) {
      exchange.json(200, predefined.get());
    } else {
      var network = store().get(reference);
      exchange.json(200, NetworkJson.of(network, networks.endpoints(network)));
    }
  }

  void create(HttpExchange exchange, List<String> path) throws IOException {
    var network = store().create(NetworkRequest.parse(exchange.json()));
    events.made(network);
    exchange.json(201, Json.object().put("Id", network.id()).put("Warning", ""));
  }

  void remove(HttpExchange exchange, List<String> path) throws IOException {
    predefined(path.getFirst())
        .ifPresent(
            json -> {
              throw new EngineException.Forbidden(
                  name(json) + " is a pre-defined network and cannot be removed");
            });
    var network = store().get(path.getFirst());
    store().remove(network);
    events.gone(network);
    exchange.empty(204);
  }

  void prune(HttpExchange exchange, List<String> path) throws IOException {
    var filters = Filters.parse(exchange.request().parameter("filters"), PRUNE_FILTERS);
    var deleted = Json.array();
    for (var network : store().list()) {
      if (!NetworkStore.isDefault(network)
          && !isUsed(network)
          && isOld(filters, network)
          && filters.labels(network.labels())
          && filters.withoutLabels(network.labels())) {
        store().remove(network);
        events.gone(network);
        deleted.add(network.name());
      }
    }
    var json = Json.object();
    json.set("NetworksDeleted", deleted.isEmpty() ? json.nullNode() : deleted);
    exchange.json(200, json);
  }

  void connect(HttpExchange exchange, List<String> path) throws IOException {
    var request = exchange.json();
    refusePrivate(path.getFirst());
    var network = store().get(path.getFirst());
    var container = containers.get(request.path("Container").asText());
    refuseRunning(container, "connect", "to", network);
    var spec = container.spec();
    var after = membership(spec).joined(network, request.path("EndpointConfig"));
    container.become(spec.withNetworks(after));
    exchange.empty(200);
  }

  void disconnect(HttpExchange exchange, List<String> path) throws IOException {
    var request = exchange.json();
    refusePrivate(path.getFirst());
    var network = store().get(path.getFirst());
    var container = containers.get(request.path("Container").asText());
    var spec = container.spec();
    var after = membership(spec).left(network);
    refuseRunning(container, "disconnect", "from", network);
    container.become(spec.withNetworks(after));
    exchange.empty(200);
  }

  /** A machine gets its network cards when it starts. */
  private static void refuseRunning(
      Container container, String verb, String preposition, Network network) {
    switch (container.state()) {
      case ContainerState.Created _, ContainerState.NotStarted _, ContainerState.Exited _ -> {}
      case ContainerState.Starting _,
          ContainerState.Running _,
          ContainerState.Restarting _,
          ContainerState.Removing _ ->
          throw new EngineException.Conflict(
              "cannot %s container %s %s network %s while it is %s: its machine got its network cards when it started: stop the container, %s it, and start it again"
                  .formatted(
                      verb,
                      container.spec().name(),
                      preposition,
                      network.name(),
                      container.state().status(),
                      verb));
    }
  }

  private static void refusePrivate(String reference) {
    predefined(reference)
        .ifPresent(
            json -> {
              throw new EngineException.InvalidParameter(
                  name(json).equals("host")
                      ? "container cannot be disconnected from host network or connected to host"
                          + " network"
                      : "container cannot be connected to multiple networks with one of the"
                          + " networks in private (none) mode");
            });
  }

  private NetworkStore store() {
    return networks.store();
  }

  private Membership membership(ContainerSpec spec) {
    return new Membership(spec.name(), spec.networks(), store());
  }

  private boolean isUsed(Network network) {
    return containers.list().stream().anyMatch(c -> membership(c.spec()).isIn(network));
  }

  private boolean isOld(Filters filters, Network network) {
    return filters.get("until").stream()
        .allMatch(
            text ->
                TimeParameter.parse(Optional.of(text), clock.instant())
                    .map(network.created()::isBefore)
                    .orElse(true));
  }

  private static Optional<ObjectNode> predefined(String reference) {
    return NetworkJson.predefined().stream()
        .filter(
            json ->
                name(json).equals(reference)
                    || (reference.length() >= 12 && id(json).startsWith(reference)))
        .findFirst();
  }

  private static String name(JsonNode network) {
    return network.path("Name").asText();
  }

  private static String id(JsonNode network) {
    return network.path("Id").asText();
  }
}
