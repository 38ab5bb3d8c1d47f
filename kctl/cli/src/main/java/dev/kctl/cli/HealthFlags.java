package dev.kctl.cli;

import java.util.List;

/** The health check that {@code --health-*} describes. */
final class HealthFlags {
  private static final List<String> ALL =
      List.of(
          "--health-cmd",
          "--health-interval",
          "--health-retries",
          "--health-start-interval",
          "--health-start-period",
          "--health-timeout");

  private HealthFlags() {}

  static void write(RunRequest request, JsonWriter json) {
    var any = ALL.stream().anyMatch(request::has);
    if (request.has("--no-healthcheck")) {
      if (any) {
        throw new UsageError("--no-healthcheck conflicts with --health-* options");
      }
      json.name("Healthcheck").beginObject().field("Test", List.of("NONE")).endObject();
      return;
    }
    if (!any) {
      return;
    }
    json.name("Healthcheck").beginObject();
    if (request.has("--health-cmd")) {
      json.field("Test", List.of("CMD-SHELL", request.one("--health-cmd")));
    }
    time(request, json, "--health-interval", "Interval");
    time(request, json, "--health-timeout", "Timeout");
    time(request, json, "--health-start-period", "StartPeriod");
    time(request, json, "--health-start-interval", "StartInterval");
    if (request.has("--health-retries")) {
      var retries = request.one("--health-retries");
      json.field("Retries", Numbers.within("--health-retries", retries, 0, Integer.MAX_VALUE));
    }
    json.endObject();
  }

  private static void time(RunRequest request, JsonWriter json, String flag, String member) {
    if (request.has(flag)) {
      var nanos = GoDuration.nanos(flag, request.one(flag));
      if (nanos < 0) {
        throw new UsageError(
            "invalid value " + request.one(flag) + " for " + flag + ": below zero");
      }
      json.field(member, nanos);
    }
  }
}
