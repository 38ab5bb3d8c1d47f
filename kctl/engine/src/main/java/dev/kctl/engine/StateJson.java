package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.engine.ContainerState.Created;
import dev.kctl.engine.ContainerState.Exited;
import dev.kctl.engine.ContainerState.NotStarted;
import dev.kctl.engine.ContainerState.Removing;
import dev.kctl.engine.ContainerState.Restarting;
import dev.kctl.engine.ContainerState.Running;
import dev.kctl.engine.ContainerState.Starting;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** A container's state as it is kept on disk. */
final class StateJson {
  private StateJson() {}

  static ObjectNode toJson(ContainerState state) {
    var json = Json.object();
    json.put("schema", 1);
    switch (state) {
      case Created _ -> json.put("state", "created");
      case Starting starting -> {
        json.put("state", "starting")
            .put("since", starting.since().toString())
            .put("run", starting.run());
        starting.restarts().writeTo(json);
      }
      case NotStarted failed -> {
        json.put("state", "not-started").put("run", failed.run());
        failed.outcome().writeTo(json);
      }
      case Running running -> {
        json.put("state", "running")
            .put("startedAt", running.startedAt().toString())
            .put("uptimeMillis", running.uptime().toMillis())
            .put("run", running.run())
            .put("paused", running.paused())
            .put("stopping", running.stopping());
        running.restarts().writeTo(json);
        json.set("machine", running.machine().toJson());
      }
      case Restarting restarting -> {
        json.put("state", "restarting").put("run", restarting.run());
        times(json, restarting.startedAt(), restarting.finishedAt());
        restarting.restarts().writeTo(json);
        restarting.outcome().writeTo(json);
      }
      case Exited exited -> {
        json.put("state", "exited").put("run", exited.run()).put("stopped", exited.stopped());
        times(json, exited.startedAt(), exited.finishedAt());
        exited.restarts().writeTo(json);
        exited.outcome().writeTo(json);
      }
      case Removing removing -> json.put("state", "removing").put("exitCode", removing.exitCode());
    }
    return json;
  }

  static ContainerState fromJson(ObjectNode json) throws IOException {
    try {
      return switch (json.path("state").asText()) {
        case "created" -> new Created();
        case "starting" -> new Starting(time(json, "since"), run(json), Restarts.from(json));
        case "not-started" -> new NotStarted(run(json), Outcome.from(json));
        case "running" -> running(json);
        case "restarting" ->
            new Restarting(
                time(json, "startedAt"),
                time(json, "finishedAt"),
                run(json),
                Restarts.from(json),
                Outcome.from(json));
        case "exited" ->
            new Exited(
                time(json, "startedAt"),
                time(json, "finishedAt"),
                run(json),
                Restarts.from(json),
                Outcome.from(json),
                json.path("stopped").asBoolean());
        case "removing" -> new Removing(json.path("exitCode").asInt());
        case String unknown -> throw new IOException("unknown state: " + unknown);
      };
    } catch (RuntimeException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static Running running(ObjectNode json) throws IOException {
    if (!(json.path("machine") instanceof ObjectNode machine)) {
      throw new IOException("a running container without a machine");
    }
    return new Running(
        time(json, "startedAt"),
        Duration.ofMillis(json.path("uptimeMillis").asLong()),
        run(json),
        Restarts.from(json),
        Machine.fromJson(machine),
        json.path("paused").asBoolean(),
        json.path("stopping").asBoolean());
  }

  private static void times(ObjectNode json, Instant startedAt, Instant finishedAt) {
    json.put("startedAt", startedAt.toString()).put("finishedAt", finishedAt.toString());
  }

  private static int run(ObjectNode json) {
    return json.path("run").asInt();
  }

  private static Instant time(ObjectNode json, String name) {
    return Instant.parse(json.path(name).asText());
  }
}
