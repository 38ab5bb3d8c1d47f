package dev.kctl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The part of a create request that is about the container's machine and its bounds. */
final class HostConfigBody {
  private static final String BUDGET = "dev.kctl.timeout";
  private static final Set<String> SECCOMP_WORDS = Set.of("unconfined", "builtin");

  private final RunRequest request;
  private final PortFlags ports;
  private final NetworkFlags networks;

  HostConfigBody(RunRequest request, PortFlags ports, NetworkFlags networks) {
    this.request = request;
    this.ports = ports;
    this.networks = networks;
  }

  void write(JsonWriter json, Tty.@Nullable Size console) {
    json.beginObject().field("AutoRemove", request.has("--rm"));
    resources(json);
    rights(json);
    policy(json);
    networks(json);
    strings(json, "--group-add", "GroupAdd");
    flag(json, "--read-only", "ReadonlyRootfs");
    flag(json, "--init", "Init");
    if (request.has("--sysctl")) {
      json.field("Sysctls", RunRequest.pairs("--sysctl", request.many("--sysctl")));
    }
    if (request.has("--shm-size")) {
      json.field("ShmSize", SizeText.bytes("--shm-size", request.one("--shm-size")));
    }
    if (request.has("--vmm") || request.has("--runtime")) {
      json.field("Runtime", request.has("--vmm") ? request.one("--vmm") : request.one("--runtime"));
    }
    annotations(json);
    if (console != null) {
      json.name("ConsoleSize").raw("[" + console.rows() + "," + console.columns() + "]");
    }
    json.endObject();
  }

  private void resources(JsonWriter json) {
    ResourceFlags.write(request.flags(), json);
    if (request.has("--oom-score-adj")) {
      json.field(
          "OomScoreAdj",
          Numbers.within("--oom-score-adj", request.one("--oom-score-adj"), -1000, 1000));
    }
    flag(json, "--oom-kill-disable", "OomKillDisable");
    if (request.has("--ulimit")) {
      json.name("Ulimits").beginArray();
      request.many("--ulimit").forEach(limit -> UlimitFlag.write(limit, json));
      json.endArray();
    }
    if (request.has("--device")) {
      json.name("Devices").beginArray();
      request.many("--device").forEach(device -> device(device, json));
      json.endArray();
    }
  }

  private void rights(JsonWriter json) {
    strings(json, "--cap-add", "CapAdd");
    strings(json, "--cap-drop", "CapDrop");
    flag(json, "--privileged", "Privileged");
    if (request.has("--security-opt")) {
      json.field(
          "SecurityOpt",
          request.many("--security-opt").stream().map(HostConfigBody::withProfile).toList());
    }
  }

  private void policy(JsonWriter json) {
    if (request.has("--restart")) {
      var policy = RestartPolicy.parse(request.one("--restart"));
      if (request.has("--rm") && !policy.name().equals("no")) {
        throw new UsageError("conflicting options: cannot specify both --restart and --rm");
      }
      policy.write(json);
    }
    if (request.has("--log-driver") || request.has("--log-opt")) {
      json.name("LogConfig").beginObject().field("Type", request.one("--log-driver"));
      json.field("Config", RunRequest.pairs("--log-opt", request.many("--log-opt"))).endObject();
    }
  }

  private void networks(JsonWriter json) {
    networks.writeMode(json);
    ports.writeBindings(json);
    flag(json, "--publish-all", "PublishAllPorts");
    NameFlags.write(request, json);
  }

  private void annotations(JsonWriter json) {
    var pairs = new LinkedHashMap<>(RunRequest.pairs("--annotation", request.many("--annotation")));
    if (request.has("--timeout")) {
      var time = request.one("--timeout");
      var seconds = time.chars().allMatch(c -> c >= '0' && c <= '9');
      if (GoDuration.nanos("--timeout", seconds ? time + "s" : time) <= 0) {
        throw new UsageError("invalid value " + time + " for --timeout: not above zero");
      }
      pairs.put(BUDGET, time);
    }
    if (!pairs.isEmpty()) {
      json.field("Annotations", pairs);
    }
  }

  /** {@code HOST[:CONTAINER[:RIGHTS]]}; what becomes of it is for the engine to say. */
  private static void device(String text, JsonWriter json) {
    var parts = Words.split(text, ':');
    if (parts.isEmpty() || parts.size() > 3) {
      throw new UsageError(
          "invalid value " + text + " for --device: not HOST[:CONTAINER[:RIGHTS]]");
    }
    json.beginObject().field("PathOnHost", parts.getFirst());
    json.field("PathInContainer", parts.size() > 1 ? parts.get(1) : parts.getFirst());
    json.field("CgroupPermissions", parts.size() > 2 ? parts.get(2) : "rwm").endObject();
  }

  /** A seccomp profile is the client's file: the engine reads nobody's home. */
  private static String withProfile(String option) {
    var name = option.startsWith("seccomp:") ? "seccomp=" + option.substring(8) : option;
    if (!name.startsWith("seccomp=") || SECCOMP_WORDS.contains(name.substring(8))) {
      return name;
    }
    var file = name.substring(8);
    try {
      return "seccomp=" + Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new SettingsError(
          "opening seccomp profile (" + file + ") failed: " + e.getMessage(), e);
    }
  }

  private void strings(JsonWriter json, String flag, String member) {
    List<String> values = new ArrayList<>(request.many(flag));
    if (!values.isEmpty()) {
      json.field(member, values);
    }
  }

  private void flag(JsonWriter json, String flag, String member) {
    if (request.has(flag)) {
      json.field(member, true);
    }
  }
}
