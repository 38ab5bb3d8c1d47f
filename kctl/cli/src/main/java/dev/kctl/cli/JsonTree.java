package dev.kctl.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON for templates, with its nulls. Objects whose keys anybody may choose, such as labels, become
 * sorted maps, which stand for Go's maps; all others keep their order and stand for structs.
 */
final class JsonTree {
  private static final Set<String> MAPS =
      Set.of(
          "Annotations",
          "Attributes",
          "AuxiliaryAddresses",
          "Containers",
          "ExposedPorts",
          "GenericResources",
          "Labels",
          "Networks",
          "Options",
          "PortBindings",
          "Ports",
          "Runtimes",
          "Storage",
          "Sysctls",
          "Tmpfs",
          "Volumes",
          "DriverOpts");

  /** What Docker's client knows of every container, though nobody asked for it. */
  private static final Map<String, Object> ZERO_VALUES = zeroValues();

  private JsonTree() {}

  static @Nullable Object of(@Nullable Object value, String name) {
    return switch (value) {
      case JsonObject object -> {
        Map<String, @Nullable Object> members =
            MAPS.contains(name) || isLogConfig(name, object)
                ? new TreeMap<>()
                : new LinkedHashMap<>();
        object.members().forEach((key, member) -> members.put(key, of(member, key)));
        if (name.equals("HostConfig")) {
          for (var zero : ZERO_VALUES.entrySet()) {
            members.putIfAbsent(zero.getKey(), zero.getValue());
          }
        }
        yield members;
      }
      case List<?> list -> {
        var elements = new ArrayList<@Nullable Object>();
        list.forEach(element -> elements.add(of(element, "")));
        yield elements;
      }
      case null -> null;
      case JsonNull _ -> null;
      case Object other -> other;
    };
  }

  /** The settings of a log driver have the name that a container's own configuration has too. */
  private static boolean isLogConfig(String name, JsonObject object) {
    return name.equals("Config") && !object.has("Image") && !object.has("Cmd");
  }

  private static Map<String, Object> zeroValues() {
    var values = new LinkedHashMap<String, Object>();
    for (var flag : List.of("AutoRemove", "OomKillDisable", "Privileged", "ReadonlyRootfs")) {
      values.put(flag, false);
    }
    for (var number :
        List.of(
            "CpuPeriod",
            "CpuQuota",
            "CpuShares",
            "Memory",
            "MemoryReservation",
            "MemorySwap",
            "NanoCpus",
            "OomScoreAdj",
            "PidsLimit",
            "ShmSize")) {
      values.put(number, 0L);
    }
    for (var list : List.of("Binds", "CapAdd", "CapDrop", "Devices", "SecurityOpt", "Ulimits")) {
      values.put(list, List.of());
    }
    return values;
  }
}
