package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.engine.ContainerState.Running;
import java.time.Instant;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** Containers in Docker's shapes: inspect, a row of the list, a row of the index. */
final class ContainerJson {
  private ContainerJson() {}

  static ObjectNode inspect(Container container) {
    var spec = container.spec();
    var arguments = spec.arguments();
    var json = Json.object();
    json.put("Id", spec.id().hex());
    json.put("Created", spec.created().toString());
    json.put("Path", arguments.getFirst());
    json.set("Args", Json.strings(arguments.subList(1, arguments.size())));
    json.set("State", state(container));
    json.put("Image", spec.imageId());
    json.put("ResolvConfPath", "");
    json.put("HostnamePath", "");
    json.put("HostsPath", "");
    json.put("LogPath", container.files().log().resolve("container.log").toString());
    json.put("Name", "/" + spec.name());
    json.put("RestartCount", ContainerState.restarts(container.state()));
    json.put("Driver", "erofs");
    json.put("Platform", "linux");
    json.put("MountLabel", "");
    json.put("ProcessLabel", "");
    json.put("AppArmorProfile", "");
    var execs = container.execs().ids();
    json.set("ExecIDs", execs.isEmpty() ? NullNode.instance : Json.strings(execs));
    json.set("HostConfig", spec.hostConfig());
    json.putObject("GraphDriver").putNull("Data").put("Name", "erofs");
    json.putArray("Mounts");
    json.set("Config", spec.config());
    json.set("NetworkSettings", container.networks().settings(spec.networkWishes()));
    return json;
  }

  static ObjectNode summary(Container container, Instant now) {
    var spec = container.spec();
    var state = container.state();
    var json = Json.object();
    json.put("Id", spec.id().hex());
    json.putArray("Names").add("/" + spec.name());
    json.put("Image", spec.image());
    json.put("ImageID", spec.imageId());
    json.put("Command", spec.commandLine());
    json.put("Created", spec.created().getEpochSecond());
    json.set("Ports", ContainerPorts.json(container));
    json.set("Labels", Json.map(spec.labels()));
    json.put("State", state.status());
    json.put("Status", StateText.status(container, now));
    json.putObject("HostConfig").put("NetworkMode", networkMode(spec));
    json.putObject("NetworkSettings").set("Networks", container.networks().networks());
    json.putArray("Mounts");
    return json;
  }

  /** With the sizes that are only told when they are asked for: to find them out costs time. */
  static ObjectNode sized(ObjectNode json, Container container, ToLongFunction<String> imageBytes) {
    var written = container.files().writtenBytes();
    json.put("SizeRw", written);
    json.put("SizeRootFs", written + imageBytes.applyAsLong(container.spec().imageId()));
    return json;
  }

  static ContainerIndex.Row row(Container container) {
    var spec = container.spec();
    var state = container.state();
    var machine = state instanceof Running running ? running.machine().vmmProcess() : null;
    var labels = new StringBuilder();
    spec.labels()
        .forEach(
            (key, value) ->
                labels.append(labels.isEmpty() ? "" : ",").append(key).append('=').append(value));
    return new ContainerIndex.Row(
        spec.id().hex(),
        spec.name(),
        spec.image(),
        spec.commandLine(),
        spec.created().getEpochSecond(),
        state.status(),
        StateText.startedAt(state).map(Instant::getEpochSecond).orElse(0L),
        StateText.finishedAt(state).map(Instant::getEpochSecond).orElse(0L),
        ContainerState.exitCode(state),
        machine == null ? 0 : machine.pid(),
        machine == null ? 0 : machine.startTime(),
        StateText.note(container),
        PortsColumn.text(ContainerPorts.of(container)),
        labels.toString());
  }

  private static ObjectNode state(Container container) {
    var state = container.state();
    var running = state instanceof Running r ? r : null;
    var restarting = state.status().equals("restarting");
    var json = Json.object();
    json.put("Status", state.status());
    json.put("Running", ContainerState.isLive(state));
    json.put("Paused", running != null && running.paused());
    json.put("Restarting", restarting);
    json.put("OOMKilled", StateText.outcome(state).map(Outcome::oomKilled).orElse(false));
    json.put("Dead", false);
    json.put("Pid", running == null ? 0 : running.machine().vmmProcess().pid());
    json.put("ExitCode", ContainerState.exitCode(state));
    json.put("Error", StateText.outcome(state).map(Outcome::error).orElse(""));
    json.put("StartedAt", time(StateText.startedAt(state)));
    json.put("FinishedAt", time(StateText.finishedAt(state)));
    if (HealthCheck.of(container.spec().config()).isPresent()) {
      json.set("Health", container.health().toJson());
    }
    var ours = json.putObject("Kctl");
    ours.put("Cause", StateText.outcome(state).map(o -> o.cause().word()).orElse(""));
    ours.set("StartTrace", container.trace().json().path("Steps"));
    return json;
  }

  private static String time(Optional<Instant> moment) {
    return moment.map(Instant::toString).orElse(ContainerState.NEVER);
  }

  private static String networkMode(ContainerSpec spec) {
    return spec.hostConfig().path("NetworkMode").asText("default");
  }
}
