package dev.kctl.linux;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.linux.KeeperException.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The keeper's client; its protocol is told in {@code docs/keeper.md}. Safe for many threads. */
public final class Keeper implements ChildLauncher, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path socket;
  private final KeeperConnection requests;

  private Keeper(Path socket, KeeperConnection requests) {
    this.socket = socket;
    this.requests = requests;
  }

  /** Connects to the keeper's socket; throws {@link KeeperException} where nobody answers. */
  public static Keeper connect(Path socket) {
    return new Keeper(socket, KeeperConnection.open(socket));
  }

  @Override
  public Child spawn(ChildSpec spec) {
    var answer = requests.ask(spawnRequest(spec));
    return new KeptChild(spec.id(), answer.get("pid").asLong(), answer.get("startTime").asLong());
  }

  @Override
  public Optional<Child> find(String id) {
    return list().stream()
        .filter(status -> status.id().equals(id))
        .findAny()
        .map(status -> new KeptChild(id, status.pid(), status.startTime()));
  }

  @Override
  public List<ChildStatus> list() {
    var children = requests.ask(request("list")).get("children");
    return StreamSupport.stream(children.spliterator(), false).map(Keeper::status).toList();
  }

  @Override
  public void forget(String id) {
    requests.ask(request("forget").put("id", id));
  }

  /** Tells the keeper that this engine leaves for good: it is not to be restarted. */
  public void announceLeaving() {
    requests.ask(request("shutdown"));
  }

  /**
   * Tells the keeper whether a dead engine is to be started anew even where no child lives, because
   * something is still to be done: a container waits for its next start. Holds until it is said
   * otherwise or {@link #announceLeaving}; an engine that was started anew need not repeat it.
   */
  public void keepEngine(boolean value) {
    requests.ask(request("keep").put("value", value));
  }

  /** Returns when the keeper has gone away; until then it blocks. */
  public void awaitLoss() {
    try (var connection = KeeperConnection.open(socket)) {
      connection.awaitEnd();
    } catch (KeeperException _) {
      // It was gone before we could begin to wait.
    }
  }

  @Override
  public void close() {
    requests.close();
  }

  private static ObjectNode request(String operation) {
    return JSON.createObjectNode().put("op", operation);
  }

  private static ObjectNode spawnRequest(ChildSpec spec) {
    var request = request("spawn").put("id", spec.id());
    spec.argv().forEach(request.putArray("argv")::add);
    spec.environment().forEach(request.putObject("env")::put);
    spec.user().ifPresent(uid -> request.put("uid", uid));
    spec.groups().forEach(request.putArray("groups")::add);
    var files = request.putArray("files");
    for (var file : spec.files()) {
      files
          .addObject()
          .put("path", file.path().toString())
          .put("mode", mode(file.mode()))
          .put("fd", file.descriptor());
    }
    var taps = request.putArray("taps");
    spec.taps()
        .forEach(tap -> taps.addObject().put("name", tap.name()).put("fd", tap.descriptor()));
    spec.stdout().ifPresent(path -> request.put("stdout", path.toString()));
    spec.stderr().ifPresent(path -> request.put("stderr", path.toString()));
    spec.confinement().ifPresent(view -> confine(request.putObject("confine"), view));
    var limits = request.putObject("limits");
    spec.limits().memoryBytes().ifPresent(bytes -> limits.put("memory", bytes));
    spec.limits().tasks().ifPresent(tasks -> limits.put("pids", tasks));
    return request;
  }

  private static void confine(ObjectNode request, Confinement view) {
    var read = request.putArray("read");
    view.readable().forEach(path -> read.add(path.toString()));
    var write = request.putArray("write");
    view.writable().forEach(path -> write.add(path.toString()));
    request.put("network", view.network());
  }

  private static String mode(ChildSpec.PassedFile.Mode mode) {
    return switch (mode) {
      case READ -> "r";
      case READ_WRITE -> "rw";
    };
  }

  private static ChildStatus status(JsonNode child) {
    return new ChildStatus(
        child.get("id").asText(),
        child.get("pid").asLong(),
        child.get("startTime").asLong(),
        child.get("running").asBoolean() ? Optional.empty() : Optional.of(exit(child)));
  }

  private static ChildExit exit(JsonNode answer) {
    if (answer.path("outOfMemory").asBoolean()) {
      return new ChildExit.OutOfMemory();
    }
    return answer.has("signal")
        ? new ChildExit.Signal(answer.get("signal").asInt())
        : new ChildExit.Code(answer.get("code").asInt());
  }

  private final class KeptChild implements Child {
    private final String id;
    private final long pid;
    private final long startTime;

    KeptChild(String id, long pid, long startTime) {
      this.id = id;
      this.pid = pid;
      this.startTime = startTime;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public long pid() {
      return pid;
    }

    @Override
    public long startTime() {
      return startTime;
    }

    @Override
    public ChildExit await() {
      try (var connection = KeeperConnection.open(socket)) {
        return exit(connection.ask(request("wait").put("id", id)));
      }
    }

    @Override
    public void kill(int signal) {
      try {
        requests.ask(request("kill").put("id", id).put("signal", signal));
      } catch (KeeperException e) {
        // Forgotten already, so it has ended.
        if (e.kind() != Kind.NOT_FOUND) {
          throw e;
        }
      }
    }
  }
}
