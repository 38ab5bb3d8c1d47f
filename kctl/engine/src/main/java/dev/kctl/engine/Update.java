package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.engine.ContainerState.Running;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Other bounds and another restart policy for a container: at once where it runs and its machine is
 * big enough, else from its next start on.
 */
final class Update {
  private static final List<String> NUMBERS =
      List.of("Memory", "MemoryReservation", "NanoCpus", "CpuQuota", "CpuPeriod", "CpuShares");
  private static final List<String> WITHOUT_MEANING =
      List.of(
          "BlkioWeight",
          "CpuRealtimePeriod",
          "CpuRealtimeRuntime",
          "CpusetMems",
          "KernelMemory",
          "MemorySwap");

  private final Container container;

  Update(Container container) {
    this.container = container;
  }

  /** Changes what the request names, all of it or nothing; returns the warnings. */
  List<String> apply(ObjectNode request) throws IOException {
    var before = container.spec();
    var after = before.withHostConfig(changed(before.hostConfig(), request));
    Limits.check(after.hostConfig());
    var policy = after.restartPolicy();
    if (after.autoRemove() && policy.kind() != RestartPolicy.Kind.NO) {
      throw new EngineException.Conflict(
          "Restart policy cannot be updated because AutoRemove is enabled for the container");
    }
    if (container.state() instanceof Running running) {
      checkFits(after, running.machine());
      container.run().guest().ifPresent(guest -> guest.update(Limits.of(after)));
    }
    container.become(after);
    container.emit("update", Map.of());
    return warnings(request);
  }

  private static ObjectNode changed(ObjectNode before, ObjectNode request) {
    var host = before.deepCopy();
    for (var name : NUMBERS) {
      if (request.path(name).asLong() != 0) {
        host.put(name, request.path(name).asLong());
      }
    }
    if (request.path("NanoCpus").asLong() != 0 && before.path("CpuQuota").asLong() > 0) {
      throw new EngineException.Conflict(
          "Conflicting options: Nano CPUs cannot be updated as CPU Quota/Period has already been"
              + " set");
    }
    if (request.path("CpuQuota").asLong() != 0 && before.path("NanoCpus").asLong() > 0) {
      throw new EngineException.Conflict(
          "Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set");
    }
    if (request.path("PidsLimit").isNumber()) {
      host.put("PidsLimit", request.path("PidsLimit").asLong());
    }
    if (!request.path("CpusetCpus").asText("").isEmpty()) {
      host.put("CpusetCpus", request.path("CpusetCpus").asText());
    }
    var policy = request.path("RestartPolicy");
    if (!policy.path("Name").asText("").isEmpty()) {
      var _ = RestartPolicy.parse(policy);
      host.set("RestartPolicy", policy.deepCopy());
    }
    return host;
  }

  /** A machine does not grow while it runs. */
  private static void checkFits(ContainerSpec after, Machine machine) {
    var memory = after.hostConfig().path("Memory").asLong();
    if (memory > 0 && MachineSizes.machineBytes(memory) > machine.memoryBytes()) {
      refuse("memory", (machine.memoryBytes() >> 20) + " MiB in all, its kernel's share included");
    }
    if (Limits.cpuMillis(after.hostConfig()) > machine.vcpus() * 1000L) {
      refuse("CPUs", machine.vcpus() + " of them");
    }
    var highest = CpuSet.parse(after.hostConfig().path("CpusetCpus").asText("")).highest();
    if (highest >= machine.vcpus()) {
      refuse("CPUs", "CPUs 0 to " + (machine.vcpus() - 1));
    }
  }

  private static void refuse(String what, String has) {
    throw new EngineException.Conflict(
        "the container's machine has not so much "
            + what
            + ": it was started with "
            + has
            + ": stop the container, update it, and start it again");
  }

  private static List<String> warnings(ObjectNode request) {
    var warnings = new ArrayList<String>();
    for (var name : WITHOUT_MEANING) {
      var value = request.path(name);
      if (value.asLong() != 0 || (value.isTextual() && !value.asText().isEmpty())) {
        warnings.add(name + " is ignored: the container has a machine of its own");
      }
    }
    return warnings;
  }
}
