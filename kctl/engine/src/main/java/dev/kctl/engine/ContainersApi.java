package dev.kctl.engine;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** The routes of containers, but those that stream. */
final class ContainersApi {
  private static final Set<String> FILTERS =
      Set.of(
          "ancestor",
          "before",
          "exited",
          "expose",
          "health",
          "id",
          "is-task",
          "isolation",
          "label",
          "name",
          "network",
          "publish",
          "since",
          "status",
          "volume");

  private final Containers containers;
  private final InstantSource clock;

  ContainersApi(Containers containers, InstantSource clock) {
    this.containers = containers;
    this.clock = clock;
  }

  void create(HttpExchange exchange, List<String> path) throws IOException {
    var creation = containers.create(exchange.request().parameter("name"), exchange.json());
    var json = Json.object();
    json.put("Id", creation.container().spec().id().hex());
    json.set("Warnings", Json.strings(creation.warnings()));
    exchange.json(201, json);
  }

  void list(HttpExchange exchange, List<String> path) throws IOException {
    var request = exchange.request();
    var filters = Filters.parse(request.parameter("filters"), FILTERS);
    ContainerFilter.check(filters);
    var limit = request.number("limit", -1);
    var all =
        request.flag("all")
            || limit > 0
            || !filters.get("status").isEmpty()
            || !filters.get("exited").isEmpty();
    var now = clock.instant();
    var json = Json.array();
    containers.list().stream()
        .sorted(Comparator.comparing((Container c) -> c.spec().created()).reversed())
        .filter(c -> all || ContainerState.isLive(c.state()))
        .filter(c -> ContainerFilter.matches(c, filters, containers))
        .limit(limit > 0 ? limit : Long.MAX_VALUE)
        .forEach(
            c -> {
              var summary = ContainerJson.summary(c, now);
              json.add(
                  request.flag("size")
                      ? ContainerJson.sized(summary, c, containers::imageBytes)
                      : summary);
            });
    exchange.json(200, json);
  }

  void inspect(HttpExchange exchange, List<String> path) throws IOException {
    var container = containers.get(path.getFirst());
    var json = ContainerJson.inspect(container);
    exchange.json(
        200,
        exchange.request().flag("size")
            ? ContainerJson.sized(json, container, containers::imageBytes)
            : json);
  }

  void bootLog(HttpExchange exchange, List<String> path) throws IOException {
    var log = BootLog.read(containers.get(path.getFirst()).files());
    exchange.raw(200, "text/plain; charset=utf-8", log);
  }

  void trace(HttpExchange exchange, List<String> path) throws IOException {
    exchange.json(200, containers.get(path.getFirst()).trace().json());
  }

  void remove(HttpExchange exchange, List<String> path) throws IOException, InterruptedException {
    containers.get(path.getFirst()).remove(exchange.request().flag("force"));
    exchange.empty(204);
  }
}
