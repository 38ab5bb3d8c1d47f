package dev.kctl.engine;

import com.fasterxml.jackson.databind.JsonNode;

/** The bounds of a container's cgroup in its guest, from Docker's `Resources`. */
final class Limits {
  private static final long SMALLEST_MEMORY = 6L << 20;
  private static final long NANOS = 1_000_000_000L;
  private static final long DEFAULT_PERIOD = 100_000;
  private static final int FEWEST_SHARES = 2;
  private static final int MOST_SHARES = 262_144;

  private Limits() {}

  static dev.kctl.guest.proto.Limits of(ContainerSpec spec) {
    var host = spec.hostConfig();
    var shares = host.path("CpuShares").asInt();
    return dev.kctl.guest.proto.Limits.newBuilder()
        .setMemoryBytes(Math.max(0, host.path("Memory").asLong()))
        .setMemoryReservationBytes(Math.max(0, host.path("MemoryReservation").asLong()))
        .setCpuMillis((int) cpuMillis(host))
        .setCpuShares(shares <= 0 ? 0 : Math.clamp(shares, FEWEST_SHARES, MOST_SHARES))
        .setCpusetCpus(host.path("CpusetCpus").asText(""))
        .setPids(Math.max(0, host.path("PidsLimit").asInt()))
        .build();
  }

  /** Thousandths of a CPU; 0 for no bound. */
  static long cpuMillis(JsonNode host) {
    var quota = host.path("CpuQuota").asLong();
    if (quota > 0) {
      var period = host.path("CpuPeriod").asLong();
      return quota * 1000 / (period > 0 ? period : DEFAULT_PERIOD);
    }
    return host.path("NanoCpus").asLong() / 1_000_000;
  }

  /** Refuses values that make no sense, in Docker's words. */
  static void check(JsonNode host) {
    var memory = host.path("Memory").asLong();
    if (memory != 0 && memory < SMALLEST_MEMORY) {
      throw new EngineException.InvalidParameter("Minimum memory limit allowed is 6MB");
    }
    var reservation = host.path("MemoryReservation").asLong();
    if (reservation != 0 && reservation < SMALLEST_MEMORY) {
      throw new EngineException.InvalidParameter("Minimum memory reservation allowed is 6MB");
    }
    if (memory > 0 && reservation > memory) {
      throw new EngineException.InvalidParameter(
          "Minimum memory limit can not be less than memory reservation limit, see usage");
    }
    checkCpus(host);
  }

  private static void checkCpus(JsonNode host) {
    var available = Runtime.getRuntime().availableProcessors();
    var cpus = host.path("NanoCpus").asLong();
    if (cpus < 0 || cpus > available * NANOS) {
      throw new EngineException.InvalidParameter(
          "range of CPUs is from 0.01 to "
              + available
              + ".00, as there are only "
              + available
              + " CPUs available");
    }
    if (cpus > 0 && host.path("CpuQuota").asLong() > 0) {
      throw new EngineException.InvalidParameter(
          "Conflicting options: Nano CPUs and CPU Quota cannot both be set.");
    }
    var set = CpuSet.parse(host.path("CpusetCpus").asText(""));
    if (set.highest() >= available) {
      throw new EngineException.InvalidParameter(
          "Requested CPUs are not available - requested "
              + set.text()
              + ", available: "
              + (available == 1 ? "0" : "0-" + (available - 1)));
    }
    if (host.path("CpuShares").asLong() < 0) {
      throw new EngineException.InvalidParameter("CPU shares cannot be negative");
    }
  }
}
