package dev.kctl.engine;

import java.io.IOException;
import java.time.Duration;
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
    var limit = number(request, "limit", -1);
    var all =
        request.flag("all")
            || limit > 0
            || !filters.get("status").isEmpty()
            || !filters.get("exited").isEmpty();
    var now = clock.instant();
    var json = Json.array();
    containers.list().stream()
        .sorted(Comparator.comparing((Container c) -> c.spec().created()).reversed())
        .filter(c -> all || c.state() instanceof ContainerState.Running)
        .filter(c -> ContainerFilter.matches(c, filters, containers))
        .limit(limit > 0 ? limit : Long.MAX_VALUE)
        .forEach(c -> json.add(ContainerJson.summary(c, now)));
    exchange.json(200, json);
  }

  void inspect(HttpExchange exchange, List<String> path) throws IOException {
    exchange.json(200, ContainerJson.inspect(containers.get(path.getFirst())));
  }

  void trace(HttpExchange exchange, List<String> path) throws IOException {
    exchange.json(200, containers.get(path.getFirst()).trace().json());
  }

  void start(HttpExchange exchange, List<String> path) throws IOException, InterruptedException {
    containers.get(path.getFirst()).start();
    exchange.empty(204);
  }

  void stop(HttpExchange exchange, List<String> path) throws IOException, InterruptedException {
    var container = containers.get(path.getFirst());
    var request = exchange.request();
    var signal = request.parameter("signal").map(Signal::parse);
    var seconds = number(request, "t", -1);
    var grace = seconds >= 0 ? Duration.ofSeconds(seconds) : container.spec().stopGrace();
    container.stop(signal.orElseGet(container.spec()::stopSignal), grace);
    exchange.empty(204);
  }

  void kill(HttpExchange exchange, List<String> path) throws IOException, InterruptedException {
    var signal = exchange.request().parameter("signal").map(Signal::parse);
    containers.get(path.getFirst()).kill(signal.orElse(Signal.KILL));
    exchange.empty(204);
  }

  void resize(HttpExchange exchange, List<String> path) throws IOException {
    var rows = number(exchange.request(), "h", 0);
    var columns = number(exchange.request(), "w", 0);
    if (rows < 0 || rows > 65535 || columns < 0 || columns > 65535) {
      throw new EngineException.InvalidParameter("invalid terminal size: " + rows + "x" + columns);
    }
    containers.get(path.getFirst()).resize(new TerminalSize(rows, columns));
    exchange.empty(200);
  }

  /** The head goes out at once, after the wait is armed: clients start the container only then. */
  void await(HttpExchange exchange, List<String> path) throws IOException {
    var condition = WaitCondition.parse(exchange.request().parameter("condition"));
    var exit = containers.get(path.getFirst()).exit(condition);
    var out = exchange.stream(200, "application/json");
    if (exchange.await(exit)) {
      out.write(Json.bytes(Json.object().put("StatusCode", exit.join())));
      out.close();
    }
  }

  void remove(HttpExchange exchange, List<String> path) throws IOException, InterruptedException {
    containers.get(path.getFirst()).remove(exchange.request().flag("force"));
    exchange.empty(204);
  }

  private static int number(HttpRequest request, String name, int otherwise) {
    var text = request.parameter(name);
    try {
      return text.map(Integer::parseInt).orElse(otherwise);
    } catch (NumberFormatException e) {
      throw new EngineException.InvalidParameter("invalid " + name + ": " + text.orElse(""), e);
    }
  }
}
