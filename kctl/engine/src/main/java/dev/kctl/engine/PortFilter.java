package dev.kctl.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/** A value of the filters `publish` and `expose`: `80`, `80-90`, `53/udp`. */
record PortFilter(int first, int last, String protocol) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/(\\w+))?");

  static PortFilter parse(String key, String value) {
    var matcher = FORM.matcher(value);
    if (!matcher.matches()) {
      throw new EngineException.InvalidParameter("invalid filter '" + key + "=" + value + "'");
    }
    var first = Integer.parseInt(matcher.group(1));
    return new PortFilter(
        first,
        matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2)),
        matcher.group(3) == null ? "tcp" : matcher.group(3));
  }

  /** Whether one of them is a member of an object such as `ExposedPorts`. */
  boolean isIn(JsonNode ports) {
    for (var port = first; port <= last; port++) {
      if (ports.has(port + "/" + protocol)) {
        return true;
      }
    }
    return false;
  }
}
