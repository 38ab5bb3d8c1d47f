package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;

/** Where a container is in its life; each state holds exactly what is live in it. */
sealed interface ContainerState {
  /** `0001-01-01T00:00:00Z`: Docker's way to write "never". */
  String NEVER = "0001-01-01T00:00:00Z";

  /** Docker's word for it. */
  String status();

  /** Made, never started. */
  record Created() implements ContainerState {
    @Override
    public String status() {
      return "created";
    }

    Starting starting(Instant now) {
      return new Starting(now, 1);
    }
  }

  /** Its machine is being started. Docker knows no such state and is told what was before. */
  record Starting(Instant since, int run) implements ContainerState {
    @Override
    public String status() {
      return "created";
    }

    Running running(Instant now, Machine machine) {
      return new Running(now, run, machine);
    }

    NotStarted failed(int exitCode, String error) {
      return new NotStarted(run, exitCode, error);
    }
  }

  /**
   * Its last start failed. Docker knows no such state: it is a created one with an error.
   *
   * @param exitCode 127 not found, 126 not executable, 128 anything else
   */
  record NotStarted(int run, int exitCode, String error) implements ContainerState {
    @Override
    public String status() {
      return "created";
    }

    Starting starting(Instant now) {
      return new Starting(now, run + 1);
    }
  }

  /** Its process runs in this machine. */
  record Running(Instant startedAt, int run, Machine machine) implements ContainerState {
    @Override
    public String status() {
      return "running";
    }

    Exited exited(Instant now, int exitCode, boolean oomKilled, String error) {
      return new Exited(startedAt, now, run, exitCode, oomKilled, error);
    }
  }

  /**
   * Its process has ended.
   *
   * @param error why it was lost; empty where it ended by itself
   */
  record Exited(
      Instant startedAt, Instant finishedAt, int run, int exitCode, boolean oomKilled, String error)
      implements ContainerState {
    @Override
    public String status() {
      return "exited";
    }

    Starting starting(Instant now) {
      return new Starting(now, run + 1);
    }
  }

  /** Its directory is being taken away. */
  record Removing(int exitCode) implements ContainerState {
    @Override
    public String status() {
      return "removing";
    }
  }

  static ObjectNode toJson(ContainerState state) {
    var json = Json.object();
    json.put("schema", 1);
    switch (state) {
      case Created _ -> json.put("state", "created");
      case Starting starting ->
          json.put("state", "starting")
              .put("since", starting.since.toString())
              .put("run", starting.run);
      case NotStarted failed ->
          json.put("state", "not-started")
              .put("run", failed.run)
              .put("exitCode", failed.exitCode)
              .put("error", failed.error);
      case Running running -> {
        json.put("state", "running")
            .put("startedAt", running.startedAt.toString())
            .put("run", running.run);
        json.set("machine", running.machine.toJson());
      }
      case Exited exited ->
          json.put("state", "exited")
              .put("startedAt", exited.startedAt.toString())
              .put("finishedAt", exited.finishedAt.toString())
              .put("run", exited.run)
              .put("exitCode", exited.exitCode)
              .put("oomKilled", exited.oomKilled)
              .put("error", exited.error);
      case Removing removing -> json.put("state", "removing").put("exitCode", removing.exitCode);
    }
    return json;
  }

  static ContainerState fromJson(ObjectNode json) throws IOException {
    try {
      return switch (json.path("state").asText()) {
        case "created" -> new Created();
        case "starting" -> new Starting(time(json, "since"), json.path("run").asInt());
        case "not-started" ->
            new NotStarted(
                json.path("run").asInt(),
                json.path("exitCode").asInt(),
                json.path("error").asText());
        case "running" -> {
          if (!(json.path("machine") instanceof ObjectNode machine)) {
            throw new IOException("a running container without a machine");
          }
          yield new Running(
              time(json, "startedAt"), json.path("run").asInt(), Machine.fromJson(machine));
        }
        case "exited" ->
            new Exited(
                time(json, "startedAt"),
                time(json, "finishedAt"),
                json.path("run").asInt(),
                json.path("exitCode").asInt(),
                json.path("oomKilled").asBoolean(),
                json.path("error").asText());
        case "removing" -> new Removing(json.path("exitCode").asInt());
        case String unknown -> throw new IOException("unknown state: " + unknown);
      };
    } catch (RuntimeException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static Instant time(ObjectNode json, String name) {
    return Instant.parse(json.path(name).asText());
  }
}
