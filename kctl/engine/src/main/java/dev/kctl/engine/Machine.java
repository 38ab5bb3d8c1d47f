package dev.kctl.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A running machine as it is kept on disk, so that the next engine finds it again.
 *
 * @param vmm its driver: qemu
 * @param accelerator kvm or tcg
 * @param uid the user of its processes; absent where they are the engine's own user's
 * @param processes the VMM first, then its helpers
 */
record Machine(
    String vmm,
    String accelerator,
    int vcpus,
    long memoryBytes,
    OptionalInt uid,
    List<Member> processes) {

  Machine {
    processes = List.copyOf(processes);
    if (processes.isEmpty()) {
      throw new IllegalArgumentException("a machine without a process");
    }
  }

  /**
   * One process, for ever.
   *
   * @param startTime field 22 of /proc/PID/stat
   */
  record Member(long pid, long startTime) {}

  Member vmmProcess() {
    return processes.getFirst();
  }

  ObjectNode toJson() {
    var json = Json.object();
    json.put("vmm", vmm);
    json.put("accelerator", accelerator);
    json.put("vcpus", vcpus);
    json.put("memoryBytes", memoryBytes);
    uid.ifPresent(user -> json.put("uid", user));
    var list = json.putArray("processes");
    processes.forEach(p -> list.addObject().put("pid", p.pid).put("startTime", p.startTime));
    return json;
  }

  static Machine fromJson(ObjectNode json) {
    var processes = new ArrayList<Member>();
    for (JsonNode process : json.path("processes")) {
      processes.add(new Member(process.path("pid").asLong(), process.path("startTime").asLong()));
    }
    return new Machine(
        json.path("vmm").asText(),
        json.path("accelerator").asText(),
        json.path("vcpus").asInt(),
        json.path("memoryBytes").asLong(),
        json.has("uid") ? OptionalInt.of(json.path("uid").asInt()) : OptionalInt.empty(),
        processes);
  }
}
