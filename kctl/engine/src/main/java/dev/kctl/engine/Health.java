package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How a container does, by its last checks.
 *
 * @param failures in a row
 * @param log the last checks, the oldest first
 */
record Health(Status status, int failures, List<Probe> log) {
  static final Health STARTING = new Health(Status.STARTING, 0, List.of());

  private static final int MOST_PROBES = 5;

  Health {
    log = List.copyOf(log);
  }

  /** Docker's words. */
  enum Status {
    STARTING,
    HEALTHY,
    UNHEALTHY;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** One check. */
  record Probe(Instant start, Instant end, int exitCode, String output) {}

  /**
   * After one more check.
   *
   * @param forgiven whether a failure of one that still starts does not count
   */
  Health after(Probe probe, HealthCheck check, boolean forgiven) {
    var probes = new ArrayList<>(log);
    probes.add(probe);
    var last = probes.subList(Math.max(0, probes.size() - MOST_PROBES), probes.size());
    if (probe.exitCode() == 0) {
      return new Health(Status.HEALTHY, 0, last);
    }
    if (status == Status.STARTING && forgiven) {
      return new Health(status, failures, last);
    }
    var now = failures + 1;
    return new Health(now >= check.retries() ? Status.UNHEALTHY : status, now, last);
  }

  /** As `ps` puts it in brackets. */
  String note() {
    return status == Status.STARTING ? "health: starting" : status.word();
  }

  ObjectNode toJson() {
    var json = Json.object();
    json.put("Status", status.word()).put("FailingStreak", failures);
    var list = json.putArray("Log");
    for (var probe : log) {
      list.addObject()
          .put("Start", probe.start.toString())
          .put("End", probe.end.toString())
          .put("ExitCode", probe.exitCode)
          .put("Output", probe.output);
    }
    return json;
  }

  /**
   * Reads what was written.
   *
   * @throws RuntimeException where it is of another form
   */
  static Health fromJson(ObjectNode json) {
    var log = new ArrayList<Probe>();
    for (var probe : json.path("Log")) {
      log.add(
          new Probe(
              Instant.parse(probe.path("Start").asText()),
              Instant.parse(probe.path("End").asText()),
              probe.path("ExitCode").asInt(),
              probe.path("Output").asText()));
    }
    var status = Status.valueOf(json.path("Status").asText().toUpperCase(Locale.ROOT));
    return new Health(status, json.path("FailingStreak").asInt(), log);
  }
}
