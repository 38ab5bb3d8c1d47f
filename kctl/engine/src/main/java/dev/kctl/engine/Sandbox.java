package dev.kctl.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kctl.guest.proto.Process;
import dev.kctl.guest.proto.Rlimit;
import dev.kctl.guest.proto.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What a container's processes may do and use in their guest, from Docker's fields. */
final class Sandbox {
  private static final Set<String> ULIMITS =
      Set.of(
          "core",
          "cpu",
          "data",
          "fsize",
          "locks",
          "memlock",
          "msgqueue",
          "nice",
          "nofile",
          "nproc",
          "rss",
          "rtprio",
          "rttime",
          "sigpending",
          "stack");
  private static final Pattern SYSCTL = Pattern.compile("[a-zA-Z0-9_]+([./][a-zA-Z0-9_.:-]+)+");
  private static final int WORST_SCORE = 1000;

  private Sandbox() {}

  /** Refuses what makes no sense, before anything is made; returns what to warn of. */
  static List<String> check(JsonNode host) {
    var _ = Capabilities.of(Json.list(host.path("CapAdd")), Json.list(host.path("CapDrop")));
    var warnings = new ArrayList<String>();
    for (var option : Json.list(host.path("SecurityOpt"))) {
      var parsed = SecurityOption.parse(option);
      if (parsed instanceof SecurityOption.Meaningless(var why)) {
        warnings.add(why);
      }
    }
    host.path("Ulimits").forEach(Sandbox::checkUlimit);
    for (var sysctl : host.path("Sysctls").properties()) {
      if (!SYSCTL.matcher(sysctl.getKey()).matches()) {
        throw new EngineException.InvalidParameter("invalid sysctl: '" + sysctl.getKey() + "'");
      }
    }
    if (host.path("ShmSize").asLong() < 0) {
      throw new EngineException.InvalidParameter("SHM size can not be less than 0");
    }
    var score = host.path("OomScoreAdj").asInt();
    if (Math.abs(score) > WORST_SCORE) {
      throw new EngineException.InvalidParameter(
          "Invalid value " + score + ", range for oom score adj is [-1000, 1000]");
    }
    return warnings;
  }

  /** Of every process of the container; one added by `exec --privileged` has more. */
  static Security security(JsonNode host, boolean privileged) {
    var security =
        Security.newBuilder()
            .addAllCapabilities(
                Capabilities.of(Json.list(host.path("CapAdd")), Json.list(host.path("CapDrop"))))
            .setPrivileged(privileged || host.path("Privileged").asBoolean())
            .setPathsUnconfined(isEmptyList(host.path("MaskedPaths")));
    for (var option : Json.list(host.path("SecurityOpt"))) {
      switch (SecurityOption.parse(option)) {
        case SecurityOption.NoNewPrivileges(var on) -> security.setNoNewPrivileges(on);
        case SecurityOption.Seccomp(var unconfined) -> security.setSeccompUnconfined(unconfined);
        case SecurityOption.Paths _ -> security.setPathsUnconfined(true);
        case SecurityOption.Meaningless _ -> {}
      }
    }
    return security.build();
  }

  /** Completes a process with what the container's processes may do and use. */
  static Process.Builder confine(Process.Builder process, JsonNode host, boolean privileged) {
    for (var ulimit : host.path("Ulimits")) {
      process.addRlimits(
          Rlimit.newBuilder()
              .setName(ulimit.path("Name").asText())
              .setSoft(ulimit.path("Soft").asLong())
              .setHard(ulimit.path("Hard").asLong()));
    }
    return process
        .setSecurity(security(host, privileged))
        .addAllGroups(Json.list(host.path("GroupAdd")))
        .setOomScoreAdj(host.path("OomScoreAdj").asInt());
  }

  /** Docker's client sends empty lists of paths for `systempaths=unconfined`, and null else. */
  private static boolean isEmptyList(JsonNode paths) {
    return paths.isArray() && paths.isEmpty();
  }

  private static void checkUlimit(JsonNode ulimit) {
    var name = ulimit.path("Name").asText();
    if (!ULIMITS.contains(name)) {
      throw new EngineException.InvalidParameter("invalid ulimit type: " + name);
    }
    var soft = ulimit.path("Soft").asLong();
    var hard = ulimit.path("Hard").asLong();
    if (soft < -1 || hard < -1 || (hard != -1 && (soft > hard || soft == -1))) {
      throw new EngineException.InvalidParameter(
          "ulimit soft limit must be less than or equal to hard limit: " + soft + " > " + hard);
    }
  }
}
