package dev.kctl.cli;

import dev.kctl.template.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a container uses, from one answer of the API; computed as Docker's client does. */
record StatsSample(JsonObject stats) {
  static final List<String> STANDARD =
      List.of(
          "ID", "Name", "CPUPerc", "MemUsage", "MemPerc", "HostMem", "NetIO", "BlockIO", "PIDs");

  private static final Map<String, String> HEADERS = headers();

  static Listing listing() {
    return new Listing("*container.statsContext", HEADERS, STANDARD);
  }

  Row row(boolean whole) {
    var id = stats.string("id");
    var name = stats.string("name");
    var memory = memory();
    var limit = stats.object("memory_stats").number("limit");
    var columns = new LinkedHashMap<String, Object>();
    columns.put("BlockIO", Human.size(blocks("read")) + " / " + Human.size(blocks("write")));
    columns.put("CPUPerc", percent(cpu()));
    columns.put("Container", ContainerRows.shortId(id, whole));
    columns.put("HostMem", hostMemory());
    columns.put("ID", ContainerRows.shortId(id, whole));
    columns.put("MemPerc", percent(limit == 0 ? 0 : 100.0 * memory / limit));
    columns.put("MemUsage", Human.binarySize(memory) + " / " + Human.binarySize(limit));
    columns.put("Name", name.startsWith("/") ? name.substring(1) : name);
    columns.put("NetIO", Human.size(network("rx_bytes")) + " / " + Human.size(network("tx_bytes")));
    columns.put("PIDs", Long.toString(stats.object("pids_stats").number("current")));
    return listing().row(columns, Map.of());
  }

  /** A container that has no figures (yet). */
  static Row empty(String id, String name, boolean whole) {
    var columns = new LinkedHashMap<String, Object>();
    HEADERS.keySet().forEach(column -> columns.put(column, "--"));
    columns.put("Container", ContainerRows.shortId(id, whole));
    columns.put("ID", ContainerRows.shortId(id, whole));
    columns.put("Name", name);
    columns.put("MemUsage", "-- / --");
    return listing().row(columns, Map.of());
  }

  /** Without the page cache that nobody used for a while. */
  private long memory() {
    var memory = stats.object("memory_stats");
    var usage = memory.number("usage");
    var idle = memory.object("stats").number("inactive_file");
    return idle < usage ? usage - idle : usage;
  }

  /** What the machine costs the host, with its share of what it has in common with others. */
  private String hostMemory() {
    var host = stats.object("kctl");
    return host.has("pss") ? Human.binarySize(host.number("pss")) : "--";
  }

  private double cpu() {
    var now = stats.object("cpu_stats");
    var before = stats.object("precpu_stats");
    var used = total(now) - total(before);
    var whole = now.number("system_cpu_usage") - before.number("system_cpu_usage");
    return used <= 0 || whole <= 0
        ? 0
        : 100.0 * used / whole * Math.max(1, now.number("online_cpus"));
  }

  private static long total(JsonObject cpu) {
    return cpu.object("cpu_usage").number("total_usage");
  }

  private long network(String direction) {
    var total = 0L;
    for (var network : stats.object("networks").members().values()) {
      total += network instanceof JsonObject figures ? figures.number(direction) : 0;
    }
    return total;
  }

  private long blocks(String operation) {
    return stats.object("blkio_stats").objects("io_service_bytes_recursive").stream()
        .filter(entry -> entry.string("op").toLowerCase(Locale.ROOT).equals(operation))
        .mapToLong(entry -> entry.number("value"))
        .sum();
  }

  private static String percent(double value) {
    return Human.decimal(value, 2) + "%";
  }

  private static Map<String, String> headers() {
    var headers = new LinkedHashMap<String, String>();
    headers.put("ID", "CONTAINER ID");
    headers.put("Container", "CONTAINER");
    headers.put("Name", "NAME");
    headers.put("CPUPerc", "CPU %");
    headers.put("MemUsage", "MEM USAGE / LIMIT");
    headers.put("MemPerc", "MEM %");
    headers.put("HostMem", "HOST MEM");
    headers.put("NetIO", "NET I/O");
    headers.put("BlockIO", "BLOCK I/O");
    headers.put("PIDs", "PIDS");
    return headers;
  }
}
