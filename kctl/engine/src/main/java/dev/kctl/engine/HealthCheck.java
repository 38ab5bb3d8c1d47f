package dev.kctl.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How to find out whether a container does well.
 *
 * @param command run in the container; exit code 0 is good
 * @param startPeriod in which failures do not count, as long as there was no success
 * @param startInterval between checks in that period
 * @param retries failures in a row that make it unhealthy
 */
record HealthCheck(
    List<String> command,
    Duration interval,
    Duration timeout,
    Duration startPeriod,
    Duration startInterval,
    int retries) {
  private static final Duration USUAL = Duration.ofSeconds(30);
  private static final Duration USUAL_START = Duration.ofSeconds(5);
  private static final int USUAL_RETRIES = 3;
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final List<String> TIMES =
      List.of("Interval", "Timeout", "StartPeriod", "StartInterval");

  /** Of a container's configuration; empty where there is none, or it says NONE. */
  static Optional<HealthCheck> of(JsonNode config) {
    var json = config.path("Healthcheck");
    var test = Json.list(json.path("Test"));
    if (test.isEmpty()) {
      return Optional.empty();
    }
    var command =
        switch (test.getFirst()) {
          case "CMD" -> test.subList(1, test.size());
          case "CMD-SHELL" -> shell(config, test);
          default -> List.<String>of();
        };
    if (command.isEmpty()) {
      return Optional.empty();
    }
    var retries = json.path("Retries").asInt();
    return Optional.of(
        new HealthCheck(
            command,
            time(json, "Interval", USUAL),
            time(json, "Timeout", USUAL),
            time(json, "StartPeriod", Duration.ZERO),
            time(json, "StartInterval", USUAL_START),
            retries > 0 ? retries : USUAL_RETRIES));
  }

  /** What the request says, completed with what the image says where the request is silent. */
  static Optional<ObjectNode> merged(JsonNode request, JsonNode image) {
    if (!(request instanceof ObjectNode given)) {
      return image instanceof ObjectNode whole && !whole.isEmpty()
          ? Optional.of(whole.deepCopy())
          : Optional.empty();
    }
    check(given);
    var merged = given.deepCopy();
    if (merged.path("Test").isEmpty() && image.has("Test")) {
      merged.set("Test", image.path("Test").deepCopy());
    }
    var numbers = new ArrayList<>(TIMES);
    numbers.add("Retries");
    for (var name : numbers) {
      if (merged.path(name).asLong() == 0 && image.path(name).asLong() != 0) {
        merged.put(name, image.path(name).asLong());
      }
    }
    return Optional.of(merged);
  }

  private static void check(ObjectNode json) {
    for (var name : TIMES) {
      var nanos = json.path(name).asLong();
      if (nanos != 0 && nanos < SHORTEST.toNanos()) {
        throw new EngineException.InvalidParameter(
            name + " in Healthcheck cannot be less than 1ms");
      }
    }
    if (json.path("Retries").asLong() < 0) {
      throw new EngineException.InvalidParameter("Retries in Healthcheck cannot be negative");
    }
    var test = Json.list(json.path("Test"));
    if (!test.isEmpty() && !List.of("NONE", "CMD", "CMD-SHELL", "").contains(test.getFirst())) {
      throw new EngineException.InvalidParameter(
          "Unknown healthcheck type '" + test.getFirst() + "' (expected 'CMD')");
    }
  }

  private static List<String> shell(JsonNode config, List<String> test) {
    var shell = Json.list(config.path("Shell"));
    var command = new ArrayList<>(shell.isEmpty() ? List.of("/bin/sh", "-c") : shell);
    command.addAll(test.subList(1, test.size()));
    return command;
  }

  private static Duration time(JsonNode json, String name, Duration otherwise) {
    var nanos = json.path(name).asLong();
    return nanos > 0 ? Duration.ofNanos(nanos) : otherwise;
  }
}
