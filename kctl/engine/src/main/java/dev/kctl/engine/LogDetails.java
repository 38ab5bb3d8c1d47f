package dev.kctl.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What `logs --details` puts before a line: the labels and variables that `--log-opt` names. */
final class LogDetails {
  private LogDetails() {}

  /** For example {@code region=eu,tier=web}. */
  static String of(ContainerSpec spec) {
    var options = spec.hostConfig().path("LogConfig").path("Config");
    var details = new TreeMap<String, String>();
    for (var label : names(options.path("labels").asText(""))) {
      var value = spec.labels().get(label);
      if (value != null) {
        details.put(label, value);
      }
    }
    for (var variable : names(options.path("env").asText(""))) {
      for (var setting : spec.environment()) {
        if (setting.startsWith(variable + "=")) {
          details.put(variable, setting.substring(variable.length() + 1));
        }
      }
    }
    var parts = new ArrayList<String>();
    details.forEach((name, value) -> parts.add(name + "=" + value));
    return String.join(",", parts);
  }

  private static List<String> names(String list) {
    return list.isEmpty() ? List.of() : List.of(list.split(",", -1));
  }
}
