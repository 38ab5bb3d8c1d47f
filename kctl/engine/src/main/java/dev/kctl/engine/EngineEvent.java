package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that happened, as `GET /events` tells it.
 *
 * @param timeNanos Unix nanoseconds
 * @param type `container`, `image`
 * @param id of what it happened to
 * @param attributes its name, its labels, and what belongs to the action
 */
record EngineEvent(
    long timeNanos, String type, String action, String id, Map<String, String> attributes) {
  private static final long NANOS = 1_000_000_000L;

  EngineEvent {
    attributes = Map.copyOf(attributes);
  }

  /** In Docker's shape, the old fields `status`, `id` and `from` beside the new ones. */
  ObjectNode toJson() {
    var json = Json.object();
    json.put("status", action).put("id", id);
    if (type.equals("container")) {
      json.put("from", attributes.getOrDefault("image", ""));
    }
    json.put("Type", type).put("Action", action);
    json.putObject("Actor").put("ID", id).set("Attributes", Json.map(attributes));
    json.put("scope", "local");
    json.put("time", timeNanos / NANOS).put("timeNano", timeNanos);
    return json;
  }

  static EngineEvent fromJson(ObjectNode json) throws IOException {
    var time = json.path("timeNano");
    if (!time.isIntegralNumber()) {
      throw new IOException("an event without its time");
    }
    return new EngineEvent(
        time.asLong(),
        json.path("Type").asText(),
        json.path("Action").asText(),
        json.path("Actor").path("ID").asText(),
        new LinkedHashMap<>(Json.entries(json.path("Actor").path("Attributes"))));
  }
}
