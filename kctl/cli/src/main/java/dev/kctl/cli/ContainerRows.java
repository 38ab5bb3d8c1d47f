package dev.kctl.cli;

import dev.kctl.template.Row;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Containers as {@code ps} lists them, from the API's answer. */
final class ContainerRows {
  static final List<String> STANDARD =
      List.of("ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names");

  private static final Map<String, String> HEADERS = headers();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss Z z", Locale.ROOT);

  private final boolean whole;
  private final long now;

  /**
   * @param whole without shortening
   * @param now Unix seconds
   */
  ContainerRows(boolean whole, long now) {
    this.whole = whole;
    this.now = now;
  }

  /** The list these are rows of. */
  static Listing listing(boolean withSize) {
    var columns = new ArrayList<>(STANDARD);
    if (withSize) {
      columns.add("Size");
    }
    return new Listing("*formatter.ContainerContext", HEADERS, columns);
  }

  Row row(JsonObject container) {
    var labels = new TreeMap<String, String>();
    container
        .object("Labels")
        .members()
        .forEach((key, value) -> labels.put(key, String.valueOf(value)));
    var columns = new LinkedHashMap<String, Object>();
    columns.put("ID", shortId(container.string("Id"), whole));
    columns.put("Names", names(container));
    columns.put("Image", container.string("Image"));
    columns.put(
        "Command", JsonWriter.quote(ContainerTable.shortened(container.string("Command"), whole)));
    columns.put("CreatedAt", time(container.number("Created")));
    columns.put("RunningFor", Human.ago(container.number("Created"), now));
    columns.put("Ports", PortText.of(container.objects("Ports")));
    columns.put("State", container.string("State"));
    columns.put("Status", container.string("Status"));
    columns.put("Size", size(container));
    columns.put("Labels", joined(labels));
    columns.put("Mounts", mounts(container));
    columns.put("LocalVolumes", Long.toString(localVolumes(container)));
    columns.put(
        "Networks",
        String.join(
            ",", container.object("NetworkSettings").object("Networks").members().keySet()));
    return listing(false).row(columns, Map.of("Label", key -> labels.getOrDefault(key, "")));
  }

  static String shortId(String id, boolean whole) {
    return whole || id.length() <= ContainerTable.SHORT_ID
        ? id
        : id.substring(0, ContainerTable.SHORT_ID);
  }

  static String time(long epochSecond) {
    return TIME.format(Instant.ofEpochSecond(epochSecond).atZone(ZoneId.systemDefault()));
  }

  /** Without the slash that the API puts before them. */
  static String names(JsonObject container) {
    return String.join(
        ",",
        container.strings("Names").stream()
            .map(name -> name.startsWith("/") ? name.substring(1) : name)
            .toList());
  }

  static String joined(Map<String, String> pairs) {
    var joined = new ArrayList<String>();
    pairs.forEach((key, value) -> joined.add(key + "=" + value));
    return String.join(",", joined);
  }

  /** What the container has written, and with its image if that is told. */
  static String size(JsonObject container) {
    var own = Human.size(container.number("SizeRw"));
    var whole = container.number("SizeRootFs");
    return whole > 0 ? own + " (virtual " + Human.size(whole) + ")" : own;
  }

  private String mounts(JsonObject container) {
    var mounts = new ArrayList<String>();
    for (var mount : container.objects("Mounts")) {
      var name = mount.string("Name").isEmpty() ? mount.string("Source") : mount.string("Name");
      mounts.add(whole || name.length() <= 15 ? name : name.substring(0, 14) + "…");
    }
    return String.join(",", mounts);
  }

  private static long localVolumes(JsonObject container) {
    return container.objects("Mounts").stream()
        .filter(mount -> mount.string("Driver").equals("local"))
        .count();
  }

  private static Map<String, String> headers() {
    var headers = new LinkedHashMap<String, String>();
    headers.put("ID", "CONTAINER ID");
    headers.put("Names", "NAMES");
    headers.put("Image", "IMAGE");
    headers.put("Command", "COMMAND");
    headers.put("CreatedAt", "CREATED AT");
    headers.put("RunningFor", "CREATED");
    headers.put("Ports", "PORTS");
    headers.put("State", "STATE");
    headers.put("Status", "STATUS");
    headers.put("Size", "SIZE");
    headers.put("Labels", "LABELS");
    headers.put("Mounts", "MOUNTS");
    headers.put("LocalVolumes", "LOCAL VOLUMES");
    headers.put("Networks", "NETWORKS");
    return headers;
  }
}
