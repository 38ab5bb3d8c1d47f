package dev.kctl.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.engine.network.NetworkWishes;
import dev.kctl.image.Image;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads the body of a create request. */
final class CreateRequests {
  private CreateRequests() {}

  /** Refuses values that make no sense, before anything is made; returns what to warn of. */
  static List<String> check(ObjectNode request) {
    var host = request.path("HostConfig");
    Limits.check(host);
    checkLife(host);
    for (var entry : Json.list(request.path("Env"))) {
      if (entry.isEmpty() || entry.startsWith("=") || entry.indexOf('\0') >= 0) {
        throw new EngineException.InvalidParameter("invalid environment variable: " + entry);
      }
    }
    var workdir = request.path("WorkingDir").asText("");
    if (!workdir.isEmpty() && !workdir.equals("null") && !workdir.startsWith("/")) {
      throw new EngineException.InvalidParameter(
          "the working directory '" + workdir + "' is invalid, it needs to be an absolute path");
    }
    if (request.path("StopSignal").isTextual() && !request.path("StopSignal").asText().isEmpty()) {
      var _ = Signal.parse(request.path("StopSignal").asText());
    }
    var warnings = new ArrayList<>(Sandbox.check(host));
    warnings.addAll(LogOptions.warnings(host.path("LogConfig")));
    return warnings;
  }

  private static void checkLife(JsonNode host) {
    var policy = RestartPolicy.parse(host.path("RestartPolicy"));
    if (host.path("AutoRemove").asBoolean() && policy.kind() != RestartPolicy.Kind.NO) {
      throw new EngineException.InvalidParameter(
          "can't create 'AutoRemove' container with restart policy");
    }
    var _ = LogOptions.parse(host.path("LogConfig"));
    var _ = Budget.parse(host.path("Annotations").path(Budget.ANNOTATION).asText(""));
  }

  static ContainerSpec spec(
      ContainerId id,
      String name,
      Instant created,
      Image image,
      List<String> layers,
      ObjectNode request) {
    var config = ImageDefaults.merge(request, image.config(), id.shortForm());
    var ofImage = ImageJson.raw(image).path("config");
    HealthCheck.merged(request.path("Healthcheck"), ofImage.path("Healthcheck"))
        .ifPresent(check -> config.set("Healthcheck", check));
    if (ofImage.path("Shell").isArray()) {
      config.set("Shell", ofImage.path("Shell"));
    }
    return new ContainerSpec(
        id,
        name,
        created,
        image.id().toString(),
        layers,
        image.platform().toString(),
        config,
        hostConfig(request),
        NetworkWishes.settings(request));
  }

  /** As given, with the fields that clients read whether set or not. */
  private static ObjectNode hostConfig(ObjectNode request) {
    var host =
        request.path("HostConfig") instanceof ObjectNode given ? given.deepCopy() : Json.object();
    for (var name : List.copyOf(host.properties().stream().map(e -> e.getKey()).toList())) {
      if (host.path(name).isNull()) {
        host.remove(name);
      }
    }
    var log = host.withObjectProperty("LogConfig");
    if (log.path("Type").asText("").isEmpty()) {
      log.put("Type", "json-file");
    }
    if (!log.path("Config").isObject()) {
      log.putObject("Config");
    }
    putIfAbsent(host, "NetworkMode", "default");
    putIfAbsent(host, "IpcMode", "private");
    putIfAbsent(host, "CgroupnsMode", "private");
    putIfAbsent(host, "Runtime", "");
    if (!host.has("AutoRemove")) {
      host.put("AutoRemove", false);
    }
    if (!host.path("PortBindings").isObject()) {
      host.putObject("PortBindings");
    }
    if (!host.path("RestartPolicy").isObject()) {
      host.putObject("RestartPolicy").put("Name", "no").put("MaximumRetryCount", 0);
    }
    return host;
  }

  private static void putIfAbsent(ObjectNode host, String name, String value) {
    if (host.path(name).asText("").isEmpty()) {
      host.put(name, value);
    }
  }
}
