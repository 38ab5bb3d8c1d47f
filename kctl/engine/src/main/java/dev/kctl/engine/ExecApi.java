package dev.kctl.engine;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** The routes by which processes are added to running containers. */
final class ExecApi {
  private static final int ID_BYTES = 32;

  private final Containers containers;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  ExecApi(Containers containers, InstantSource clock) {
    this.containers = containers;
    this.clock = clock;
  }

  void create(HttpExchange exchange, List<String> path) throws IOException {
    var container = containers.get(path.getFirst());
    var request = ExecRequest.of(exchange.json());
    container.execs().checkRunning(container);
    var bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    var exec = new Exec(HexFormat.of().formatHex(bytes), container, request, clock);
    container.execs().add(exec, clock.instant());
    exec.tell("exec_create: " + request.commandLine(), Map.of());
    exchange.json(201, Json.object().put("Id", exec.id()));
  }

  /** What is wrong is told by status before the connection is taken over, and in it afterwards. */
  void start(HttpExchange exchange, List<String> path) throws IOException {
    var exec = find(path);
    var body = exchange.json();
    var size = ExecRequest.size(body);
    exec.claim();
    if (body.path("Detach").asBoolean()) {
      exec.start(size, Exec.DETACHED);
      exchange.empty(200);
    } else {
      ExecSession.serve(exec, body.path("Tty").asBoolean(), size, exchange);
    }
  }

  void resize(HttpExchange exchange, List<String> path) throws IOException {
    var exec = find(path);
    exec.resize(
        ExecRequest.size(exchange.request().number("h", 0), exchange.request().number("w", 0)));
    exchange.empty(200);
  }

  void inspect(HttpExchange exchange, List<String> path) throws IOException {
    exchange.json(200, find(path).json());
  }

  private Exec find(List<String> path) {
    var now = clock.instant();
    return containers.list().stream()
        .flatMap(container -> container.execs().find(path.getFirst(), now).stream())
        .findFirst()
        .orElseThrow(() -> new EngineException.NoSuchExec(path.getFirst()));
  }
}
