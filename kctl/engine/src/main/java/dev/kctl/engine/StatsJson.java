package dev.kctl.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.guest.proto.StatsResult;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Statistics in Docker's shape (that of a host with cgroup 2). */
final class StatsJson {
  private static final long NANOS = 1_000_000_000L;
  private static final int MOST_NAMES = 100;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.@-]{1,32}");
  private static final List<String> NOT_IN_CGROUP_2 =
      List.of(
          "io_serviced_recursive",
          "io_queue_recursive",
          "io_service_time_recursive",
          "io_wait_time_recursive",
          "io_merged_recursive",
          "io_time_recursive",
          "sectors_recursive");

  private StatsJson() {}

  /** What Docker tells of a container that does not run. */
  static ObjectNode empty(ContainerSpec spec) {
    return document(spec, Optional.empty(), Optional.empty());
  }

  /**
   * What a running container has used.
   *
   * @param before the sample before this one, against which clients compute percentages
   */
  static ObjectNode of(
      ContainerSpec spec, StatsResult now, Optional<StatsResult> before, Machine machine) {
    var json = document(spec, Optional.of(now), before);
    json.set("kctl", HostCost.of(machine));
    return json;
  }

  private static ObjectNode document(
      ContainerSpec spec, Optional<StatsResult> now, Optional<StatsResult> before) {
    var json = Json.object();
    json.put("name", "/" + spec.name());
    json.put("id", spec.id().hex());
    json.put("read", now.map(StatsJson::time).orElse(ContainerState.NEVER));
    json.put("preread", before.map(StatsJson::time).orElse(ContainerState.NEVER));
    json.set("pids_stats", now.map(StatsJson::pids).orElseGet(Json::object));
    json.set("blkio_stats", blkio(now));
    json.put("num_procs", 0);
    json.putObject("storage_stats");
    json.set("cpu_stats", cpu(now));
    json.set("precpu_stats", cpu(before));
    json.set("memory_stats", now.map(StatsJson::memory).orElseGet(Json::object));
    now.filter(stats -> stats.getNetworksCount() > 0)
        .ifPresent(stats -> json.set("networks", networks(stats)));
    return json;
  }

  private static String time(StatsResult stats) {
    return Instant.ofEpochSecond(
            Math.floorDiv(stats.getTimeNs(), NANOS), Math.floorMod(stats.getTimeNs(), NANOS))
        .toString();
  }

  private static ObjectNode pids(StatsResult stats) {
    var json = Json.object();
    json.put("current", Integer.toUnsignedLong(stats.getPids()));
    // Docker's way to write "no limit".
    json.set("limit", unsigned(stats.getPidsLimit() == 0 ? -1 : stats.getPidsLimit()));
    return json;
  }

  private static ObjectNode cpu(Optional<StatsResult> sample) {
    var stats = sample.orElse(StatsResult.getDefaultInstance());
    var json = Json.object();
    var usage = json.putObject("cpu_usage");
    usage.set("total_usage", unsigned(stats.getCpuNs()));
    usage.set("usage_in_kernelmode", unsigned(stats.getCpuSystemNs()));
    usage.set("usage_in_usermode", unsigned(stats.getCpuUserNs()));
    if (sample.isPresent()) {
      json.set("system_cpu_usage", unsigned(stats.getGuestCpuNs()));
      json.put("online_cpus", Integer.toUnsignedLong(stats.getOnlineCpus()));
    }
    var throttling = json.putObject("throttling_data");
    throttling.set("periods", unsigned(stats.getCpuPeriods()));
    throttling.set("throttled_periods", unsigned(stats.getCpuThrottledPeriods()));
    throttling.set("throttled_time", unsigned(stats.getCpuThrottledNs()));
    return json;
  }

  private static ObjectNode memory(StatsResult stats) {
    var json = Json.object();
    json.set("usage", unsigned(stats.getMemoryBytes()));
    json.set("max_usage", unsigned(stats.getMemoryPeakBytes()));
    var details = json.putObject("stats");
    stats.getMemoryMap().entrySet().stream()
        .filter(entry -> NAME.matcher(entry.getKey()).matches())
        .limit(MOST_NAMES)
        .forEach(entry -> details.set(entry.getKey(), unsigned(entry.getValue())));
    json.set("limit", unsigned(stats.getMemoryLimitBytes()));
    json.set("failcnt", unsigned(stats.getOomKills()));
    return json;
  }

  private static ObjectNode blkio(Optional<StatsResult> sample) {
    var json = Json.object();
    var bytes = Json.array();
    sample.ifPresent(
        stats ->
            stats.getDisksList().stream()
                .limit(MOST_NAMES)
                .forEach(
                    disk -> {
                      bytes.add(
                          operation(disk.getMajor(), disk.getMinor(), "read", disk.getReadBytes()));
                      bytes.add(
                          operation(
                              disk.getMajor(), disk.getMinor(), "write", disk.getWrittenBytes()));
                    }));
    if (sample.isPresent()) {
      json.set("io_service_bytes_recursive", bytes);
    } else {
      json.putNull("io_service_bytes_recursive");
    }
    NOT_IN_CGROUP_2.forEach(json::putNull);
    return json;
  }

  private static ObjectNode operation(int major, int minor, String operation, long bytes) {
    var json = Json.object();
    json.put("major", Integer.toUnsignedLong(major));
    json.put("minor", Integer.toUnsignedLong(minor));
    json.put("op", operation);
    json.set("value", unsigned(bytes));
    return json;
  }

  private static ObjectNode networks(StatsResult stats) {
    var json = Json.object();
    for (var network : stats.getNetworksList().stream().limit(MOST_NAMES).toList()) {
      if (NAME.matcher(network.getName()).matches()) {
        var one = json.putObject(network.getName());
        one.set("rx_bytes", unsigned(network.getReceivedBytes()));
        one.set("rx_packets", unsigned(network.getReceivedPackets()));
        one.set("rx_errors", unsigned(network.getReceivedErrors()));
        one.set("rx_dropped", unsigned(network.getReceivedDropped()));
        one.set("tx_bytes", unsigned(network.getSentBytes()));
        one.set("tx_packets", unsigned(network.getSentPackets()));
        one.set("tx_errors", unsigned(network.getSentErrors()));
        one.set("tx_dropped", unsigned(network.getSentDropped()));
      }
    }
    return json;
  }

  /** Docker's clients read uint64 and stumble over a minus. */
  private static JsonNode unsigned(long value) {
    return value >= 0
        ? LongNode.valueOf(value)
        : BigIntegerNode.valueOf(new BigInteger(Long.toUnsignedString(value)));
  }
}
