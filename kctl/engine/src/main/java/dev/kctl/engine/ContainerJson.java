package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.engine.ContainerState.Created;
import dev.kctl.engine.ContainerState.Exited;
import dev.kctl.engine.ContainerState.NotStarted;
import dev.kctl.engine.ContainerState.Removing;
import dev.kctl.engine.ContainerState.Running;
import dev.kctl.engine.ContainerState.Starting;
import java.time.Duration;
import java.time.Instant;

/** Containers in Docker's shapes: inspect, a row of the list, a row of the index. */
final class ContainerJson {
  private ContainerJson() {}

  static ObjectNode inspect(Container container) {
    var spec = container.spec();
    var state = container.state();
    var arguments = spec.arguments();
    var json = Json.object();
    json.put("Id", spec.id().hex());
    json.put("Created", spec.created().toString());
    json.put("Path", arguments.getFirst());
    json.set("Args", Json.strings(arguments.subList(1, arguments.size())));
    json.set("State", state(state));
    json.put("Image", spec.imageId());
    json.put("ResolvConfPath", "");
    json.put("HostnamePath", "");
    json.put("HostsPath", "");
    json.put("LogPath", container.files().log().resolve("container.log").toString());
    json.put("Name", "/" + spec.name());
    json.put("RestartCount", 0);
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
    json.set("NetworkSettings", networkSettings(spec));
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
    json.putArray("Ports");
    json.set("Labels", Json.map(spec.labels()));
    json.put("State", state.status());
    json.put("Status", status(state, now));
    json.putObject("HostConfig").put("NetworkMode", networkMode(spec));
    json.putObject("NetworkSettings").set("Networks", networks(spec));
    json.putArray("Mounts");
    return json;
  }

  static ContainerIndex.Row row(Container container) {
    var spec = container.spec();
    var state = container.state();
    var running = state instanceof Running r ? r : null;
    var exited = state instanceof Exited e ? e : null;
    var labels = new StringBuilder();
    spec.labels()
        .forEach(
            (key, value) ->
                labels.append(labels.isEmpty() ? "" : ",").append(key).append('=').append(value));
    var started =
        running != null ? running.startedAt() : exited != null ? exited.startedAt() : null;
    return new ContainerIndex.Row(
        spec.id().hex(),
        spec.name(),
        spec.image(),
        spec.commandLine(),
        spec.created().getEpochSecond(),
        state.status(),
        started == null ? 0 : started.getEpochSecond(),
        exited == null ? 0 : exited.finishedAt().getEpochSecond(),
        ContainerState.exitCode(state),
        running == null ? 0 : running.machine().vmmProcess().pid(),
        running == null ? 0 : running.machine().vmmProcess().startTime(),
        "",
        labels.toString());
  }

  /** As `docker ps` shows it. */
  static String status(ContainerState state, Instant now) {
    return switch (state) {
      case Created _, Starting _, NotStarted _ -> "Created";
      case Running running -> "Up " + HumanTime.of(Duration.between(running.startedAt(), now));
      case Exited exited ->
          "Exited ("
              + exited.exitCode()
              + ") "
              + HumanTime.of(Duration.between(exited.finishedAt(), now))
              + " ago";
      case Removing _ -> "Removal In Progress";
    };
  }

  private static ObjectNode state(ContainerState state) {
    var running = state instanceof Running r ? r : null;
    var exited = state instanceof Exited e ? e : null;
    var json = Json.object();
    json.put("Status", state.status());
    json.put("Running", running != null);
    json.put("Paused", false);
    json.put("Restarting", false);
    json.put("OOMKilled", exited != null && exited.oomKilled());
    json.put("Dead", false);
    json.put("Pid", running == null ? 0 : running.machine().vmmProcess().pid());
    json.put("ExitCode", ContainerState.exitCode(state));
    json.put("Error", error(state));
    json.put("StartedAt", startedAt(state));
    json.put("FinishedAt", exited == null ? ContainerState.NEVER : exited.finishedAt().toString());
    return json;
  }

  private static String startedAt(ContainerState state) {
    return switch (state) {
      case Running running -> running.startedAt().toString();
      case Exited exited -> exited.startedAt().toString();
      case Created _, Starting _, NotStarted _, Removing _ -> ContainerState.NEVER;
    };
  }

  private static String error(ContainerState state) {
    return switch (state) {
      case NotStarted failed -> failed.error();
      case Exited exited -> exited.error();
      case Created _, Starting _, Running _, Removing _ -> "";
    };
  }

  private static ObjectNode networkSettings(ContainerSpec spec) {
    var json = Json.object();
    json.put("Bridge", "");
    json.put("SandboxID", "");
    json.put("SandboxKey", "");
    json.putObject("Ports");
    json.put("EndpointID", "");
    json.put("Gateway", "");
    json.put("GlobalIPv6Address", "");
    json.put("GlobalIPv6PrefixLen", 0);
    json.put("IPAddress", "");
    json.put("IPPrefixLen", 0);
    json.put("IPv6Gateway", "");
    json.put("MacAddress", "");
    json.set("Networks", networks(spec));
    return json;
  }

  /** Every container has no network but loopback, which Docker calls `none`. */
  private static ObjectNode networks(ContainerSpec spec) {
    var json = Json.object();
    var none = json.putObject("none");
    none.putNull("IPAMConfig").putNull("Links").putNull("Aliases");
    none.put("MacAddress", "").putNull("DriverOpts").put("GwPriority", 0);
    none.put("NetworkID", "").put("EndpointID", "").put("Gateway", "").put("IPAddress", "");
    none.put("IPPrefixLen", 0).put("IPv6Gateway", "").put("GlobalIPv6Address", "");
    none.put("GlobalIPv6PrefixLen", 0);
    none.putArray("DNSNames").add(spec.name()).add(spec.id().shortForm());
    return json;
  }

  private static String networkMode(ContainerSpec spec) {
    return spec.hostConfig().path("NetworkMode").asText("default");
  }
}
