package dev.kctl.cli;

import dev.kctl.template.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What takes space, from the API's answer; computed as Docker's client does.
 *
 * @param now Unix seconds
 */
record DiskUsage(JsonObject answer, long now) {
  static final Listing LISTING =
      new Listing(
          "*formatter.diskUsageContext",
          Map.of(
              "Type", "TYPE",
              "TotalCount", "TOTAL",
              "Active", "ACTIVE",
              "Size", "SIZE",
              "Reclaimable", "RECLAIMABLE"),
          List.of("Type", "TotalCount", "Active", "Size", "Reclaimable"));

  private static final Set<String> ACTIVE = Set.of("running", "paused", "restarting");

  List<Row> rows() {
    return List.of(images(), containers(), volumes(), buildCache());
  }

  private Row images() {
    var images = answer.objects("Images");
    var total = answer.number("LayersSize");
    var used =
        images.stream()
            .filter(image -> image.number("Containers") != 0)
            .filter(image -> image.number("Size") >= 0 && image.number("SharedSize") >= 0)
            .mapToLong(image -> image.number("Size") - image.number("SharedSize"))
            .sum();
    var active = images.stream().filter(image -> image.number("Containers") > 0).count();
    return row("Images", images.size(), active, total, total - used);
  }

  private Row containers() {
    var containers = answer.objects("Containers");
    var total = containers.stream().mapToLong(container -> container.number("SizeRw")).sum();
    var active =
        containers.stream()
            .filter(container -> ACTIVE.contains(container.string("State")))
            .toList();
    var used = active.stream().mapToLong(container -> container.number("SizeRw")).sum();
    return row("Containers", containers.size(), active.size(), total, total - used);
  }

  private Row volumes() {
    var volumes = answer.objects("Volumes");
    var total = volumes.stream().mapToLong(DiskUsage::volumeSize).sum();
    var active =
        volumes.stream()
            .filter(volume -> volume.object("UsageData").number("RefCount") > 0)
            .toList();
    var used = active.stream().mapToLong(DiskUsage::volumeSize).sum();
    return row("Local Volumes", volumes.size(), active.size(), total, total - used);
  }

  private Row buildCache() {
    var entries = answer.objects("BuildCache");
    var total = entries.stream().mapToLong(entry -> entry.number("Size")).sum();
    var active = entries.stream().filter(entry -> entry.isTrue("InUse")).toList();
    var used = active.stream().mapToLong(entry -> entry.number("Size")).sum();
    return row("Build Cache", entries.size(), active.size(), total, total - used);
  }

  private static long volumeSize(JsonObject volume) {
    return Math.max(0, volume.object("UsageData").number("Size"));
  }

  private static Row row(String type, long count, long active, long size, long reclaimable) {
    var columns = new LinkedHashMap<String, Object>();
    columns.put("Type", type);
    columns.put("TotalCount", Long.toString(count));
    columns.put("Active", Long.toString(active));
    columns.put("Size", Human.exactSize(size));
    var share = size > 0 ? " (" + reclaimable * 100 / size + "%)" : "";
    columns.put("Reclaimable", Human.exactSize(reclaimable) + share);
    return LISTING.row(columns, Map.of());
  }

  /** Every image and container. */
  String details() {
    var images =
        new Table(
            "REPOSITORY",
            "TAG",
            "IMAGE ID",
            "CREATED",
            "SIZE",
            "SHARED SIZE",
            "UNIQUE SIZE",
            "CONTAINERS");
    for (var image : answer.objects("Images")) {
      var shared = Math.max(0, image.number("SharedSize"));
      var tags = image.strings("RepoTags");
      for (var tag : tags.isEmpty() ? List.of("<none>:<none>") : tags) {
        var colon = tag.lastIndexOf(':');
        images.row(
            tag.substring(0, Math.max(0, colon)),
            tag.substring(colon + 1),
            ImageTable.shortId(image.string("Id"), false),
            Human.ago(image.number("Created"), now),
            Human.exactSize(image.number("Size")),
            Human.exactSize(shared),
            Human.exactSize(image.number("Size") - shared),
            Long.toString(image.number("Containers")));
      }
    }
    var containers =
        new Table("CONTAINER ID", "IMAGE", "COMMAND", "SIZE", "CREATED", "STATUS", "NAMES");
    for (var container : answer.objects("Containers")) {
      containers.row(
          ContainerRows.shortId(container.string("Id"), false),
          container.string("Image"),
          JsonWriter.quote(ContainerTable.shortened(container.string("Command"), false)),
          Human.exactSize(container.number("SizeRw")),
          Human.ago(container.number("Created"), now),
          container.string("Status"),
          ContainerRows.names(container));
    }
    var out = new StringBuilder("Images space usage:\n\n");
    images.appendTo(out);
    out.append("\nContainers space usage:\n\n");
    containers.appendTo(out);
    return out.toString();
  }
}
