package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.engine.network.NetworkWishes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a container is: written once, when it is created.
 *
 * @param imageId the image's full id, `sha256:...`
 * @param layers its layers' disks beneath the root, the base first
 * @param platform `linux/amd64`
 * @param config Docker's Config, completed from the image
 * @param hostConfig Docker's HostConfig, completed with defaults
 * @param networks Docker's EndpointSettings by network, the one of its mode first
 */
record ContainerSpec(
    ContainerId id,
    String name,
    Instant created,
    String imageId,
    List<String> layers,
    String platform,
    ObjectNode config,
    ObjectNode hostConfig,
    ObjectNode networks) {
  private static final int SCHEMA = 1;
  private static final String DEFAULT_PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final Duration STOP_GRACE = Duration.ofSeconds(10);

  /** As good as: `--stop-timeout -1`. */
  static final Duration FOREVER = Duration.ofDays(3650);

  ContainerSpec {
    layers = List.copyOf(layers);
  }

  /** The image as the user named it. */
  String image() {
    return config.path("Image").asText();
  }

  boolean tty() {
    return config.path("Tty").asBoolean();
  }

  boolean openStdin() {
    return config.path("OpenStdin").asBoolean();
  }

  boolean stdinOnce() {
    return config.path("StdinOnce").asBoolean();
  }

  String hostname() {
    return config.path("Hostname").asText();
  }

  Map<String, String> labels() {
    return Json.entries(config.path("Labels"));
  }

  boolean autoRemove() {
    return hostConfig.path("AutoRemove").asBoolean();
  }

  boolean readOnly() {
    return hostConfig.path("ReadonlyRootfs").asBoolean();
  }

  boolean init() {
    return hostConfig.path("Init").asBoolean();
  }

  RestartPolicy restartPolicy() {
    return RestartPolicy.parse(hostConfig.path("RestartPolicy"));
  }

  /** How long one run of it may take. */
  Optional<Duration> budget() {
    return Budget.parse(hostConfig.path("Annotations").path(Budget.ANNOTATION).asText(""));
  }

  LogOptions logOptions() {
    return LogOptions.parse(hostConfig.path("LogConfig"));
  }

  ContainerSpec withName(String other) {
    return new ContainerSpec(
        id, other, created, imageId, layers, platform, config, hostConfig, networks);
  }

  ContainerSpec withHostConfig(ObjectNode other) {
    return new ContainerSpec(id, name, created, imageId, layers, platform, config, other, networks);
  }

  /** The same with other networks, from its next start on. */
  ContainerSpec withNetworks(ObjectNode other) {
    return new ContainerSpec(
        id, name, created, imageId, layers, platform, config, hostConfig, other);
  }

  /** What it asks of networks. */
  NetworkWishes networkWishes() {
    return NetworkWishes.parse(config, hostConfig, networks);
  }

  /** The VMM asked for; empty where it is the engine's choice. */
  Optional<String> runtime() {
    return Optional.of(hostConfig.path("Runtime").asText("")).filter(name -> !name.isEmpty());
  }

  /** Entrypoint and command, joined. */
  List<String> arguments() {
    var arguments = new ArrayList<>(Json.list(config.path("Entrypoint")));
    arguments.addAll(Json.list(config.path("Cmd")));
    return arguments;
  }

  /** The process's environment: Docker's own variables first, replaced by whoever sets them. */
  List<String> environment() {
    var variables = new LinkedHashMap<String, String>();
    variables.put("PATH", DEFAULT_PATH);
    variables.put("HOSTNAME", "HOSTNAME=" + hostname());
    if (tty()) {
      variables.put("TERM", "TERM=xterm");
    }
    for (var entry : Json.list(config.path("Env"))) {
      if (entry.indexOf('=') < 0) {
        variables.remove(entry);
      } else {
        variables.put(ImageDefaults.name(entry), entry);
      }
    }
    return List.copyOf(variables.values());
  }

  /** As `ps` shows the command. */
  String commandLine() {
    return String.join(" ", arguments());
  }

  Signal stopSignal() {
    return Signal.parse(config.path("StopSignal").asText("SIGTERM"));
  }

  Duration stopGrace() {
    var seconds = config.path("StopTimeout");
    if (!seconds.isNumber()) {
      return STOP_GRACE;
    }
    return seconds.asLong() < 0 ? FOREVER : Duration.ofSeconds(seconds.asLong());
  }

  /** Of the terminal of the client that created it. */
  TerminalSize consoleSize() {
    var size = hostConfig.path("ConsoleSize");
    return size.size() == 2
        ? new TerminalSize(size.path(0).asInt(), size.path(1).asInt())
        : TerminalSize.UNKNOWN;
  }

  ObjectNode toJson() {
    var json = Json.object();
    json.put("schema", SCHEMA);
    json.put("id", id.hex());
    json.put("name", name);
    json.put("created", created.toString());
    json.put("imageId", imageId);
    json.set("layers", Json.strings(layers));
    json.put("platform", platform);
    json.set("config", config);
    json.set("hostConfig", hostConfig);
    json.set("networks", networks);
    return json;
  }

  /** Of a container that was made before there were networks: those of its mode. */
  private static ObjectNode networks(ObjectNode json, ObjectNode hostConfig) {
    return json.path("networks") instanceof ObjectNode known
        ? known
        : NetworkWishes.settings(Json.object().<ObjectNode>set("HostConfig", hostConfig));
  }

  static ContainerSpec fromJson(ObjectNode json) throws IOException {
    if (json.path("schema").asInt() != SCHEMA) {
      throw new IOException("schema " + json.path("schema") + ", this engine reads " + SCHEMA);
    }
    if (!(json.path("config") instanceof ObjectNode config)
        || !(json.path("hostConfig") instanceof ObjectNode hostConfig)) {
      throw new IOException("config or hostConfig is missing");
    }
    try {
      return new ContainerSpec(
          new ContainerId(json.path("id").asText()),
          json.path("name").asText(),
          Instant.parse(json.path("created").asText()),
          json.path("imageId").asText(),
          Json.list(json.path("layers")),
          json.path("platform").asText(),
          config,
          hostConfig,
          networks(json, hostConfig));
    } catch (RuntimeException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
