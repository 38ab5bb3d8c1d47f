package dev.kctl.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The routes that change what a container does. */
final class LifeApi {
  private final Containers containers;

  LifeApi(Containers containers) {
    this.containers = containers;
  }

  void start(HttpExchange exchange, List<String> path) throws IOException, InterruptedException {
    containers.get(path.getFirst()).start();
    exchange.empty(204);
  }

  void stop(HttpExchange exchange, List<String> path) throws IOException, InterruptedException {
    var container = containers.get(path.getFirst());
    container.stop(signal(exchange, container), grace(exchange, container));
    exchange.empty(204);
  }

  void restart(HttpExchange exchange, List<String> path) throws IOException, InterruptedException {
    var container = containers.get(path.getFirst());
    container.restart(signal(exchange, container), grace(exchange, container));
    exchange.empty(204);
  }

  void pause(HttpExchange exchange, List<String> path) throws IOException {
    containers.get(path.getFirst()).pause();
    exchange.empty(204);
  }

  void unpause(HttpExchange exchange, List<String> path) throws IOException {
    containers.get(path.getFirst()).unpause();
    exchange.empty(204);
  }

  void rename(HttpExchange exchange, List<String> path) throws IOException {
    var name =
        exchange
            .request()
            .parameter("name")
            .filter(wanted -> !wanted.isEmpty())
            .orElseThrow(
                () ->
                    new EngineException.InvalidParameter("Neither old nor new names may be empty"));
    containers.rename(containers.get(path.getFirst()), name);
    exchange.empty(204);
  }

  void update(HttpExchange exchange, List<String> path) throws IOException {
    var warnings = new Update(containers.get(path.getFirst())).apply(exchange.json());
    exchange.json(200, Json.object().set("Warnings", Json.strings(warnings)));
  }

  void kill(HttpExchange exchange, List<String> path) throws IOException, InterruptedException {
    var signal = exchange.request().parameter("signal").map(Signal::parse);
    containers.get(path.getFirst()).kill(signal.orElse(Signal.KILL));
    exchange.empty(204);
  }

  void resize(HttpExchange exchange, List<String> path) throws IOException {
    var rows = exchange.request().number("h", 0);
    var columns = exchange.request().number("w", 0);
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

  private static Signal signal(HttpExchange exchange, Container container) {
    return exchange
        .request()
        .parameter("signal")
        .filter(signal -> !signal.isEmpty())
        .map(Signal::parse)
        .orElseGet(container.spec()::stopSignal);
  }

  /** Negative: as long as it takes. */
  private static Duration grace(HttpExchange exchange, Container container) {
    if (exchange.request().parameter("t").orElse("").isEmpty()) {
      return container.spec().stopGrace();
    }
    var seconds = exchange.request().number("t", 0);
    return seconds < 0 ? ContainerSpec.FOREVER : Duration.ofSeconds(seconds);
  }
}
