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

  private JsonTree() {}

  static @Nullable Object of(@Nullable Object value, String name) {
    return switch (value) {
      case JsonObject object -> {
        Map<String, @Nullable Object> members =
            MAPS.contains(name) || isLogConfig(name, object)
                ? new TreeMap<>()
                : new LinkedHashMap<>();
        object.members().forEach((key, member) -> members.put(key, of(member, key)));
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
}
