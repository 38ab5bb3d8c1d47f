package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.engine.ContainerState.Created;
import dev.kctl.engine.ContainerState.Exited;
import dev.kctl.engine.ContainerState.NotStarted;
import dev.kctl.engine.ContainerState.Removing;
import dev.kctl.engine.ContainerState.Running;
import dev.kctl.engine.ContainerState.Starting;
import java.io.IOException;
import java.time.Instant;

/** A container's state as it is kept on disk. */
final class StateJson {
  private StateJson() {}

  static ObjectNode toJson(ContainerState state) {
    var json = Json.object();
    json.put("schema", 1);
    switch (state) {
      case Created _ -> json.put("state", "created");
      case Starting starting ->
          json.put("state", "starting")
              .put("since", starting.since().toString())
              .put("run", starting.run());
      case NotStarted failed ->
          json.put("state", "not-started")
              .put("run", failed.run())
              .put("exitCode", failed.exitCode())
              .put("error", failed.error());
      case Running running -> {
        json.put("state", "running")
            .put("startedAt", running.startedAt().toString())
            .put("run", running.run());
        json.set("machine", running.machine().toJson());
      }
      case Exited exited ->
          json.put("state", "exited")
              .put("startedAt", exited.startedAt().toString())
              .put("finishedAt", exited.finishedAt().toString())
              .put("run", exited.run())
              .put("exitCode", exited.exitCode())
              .put("oomKilled", exited.oomKilled())
              .put("error", exited.error());
      case Removing removing -> json.put("state", "removing").put("exitCode", removing.exitCode());
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
