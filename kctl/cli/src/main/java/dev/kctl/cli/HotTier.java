package dev.kctl.cli;

import dev.kctl.engine.ContainerIndex;
import dev.kctl.engine.ImageIndexFile;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers the commonest questions from the engine's files: no picocli, no jackson, no connection.
 * What it does not know, or finds stale, it leaves to the full tier.
 */
final class HotTier {
  private final Settings settings;
  private final long now;

  /**
   * @param now Unix seconds
   */
  HotTier(Settings settings, long now) {
    this.settings = settings;
    this.now = now;
  }

  /** The output, or null where the full tier must answer. */
  @Nullable StringBuilder answer(List<String> words) {
    var command = HotCommand.find(words.getFirst());
    var line = command == null || settings.host() != null ? null : command.parse(words);
    if (line == null) {
      return null;
    }
    try {
      return switch (line.command()) {
        case "ps" -> ps(line);
        case "images" -> images(line);
        case "inspect" -> inspect(line.rest());
        case "version" -> version();
        default -> null;
      };
    } catch (IOException _) {
      return null;
    }
  }

  private @Nullable StringBuilder ps(HotCommand.HotLine line) throws IOException {
    var rows = containers();
    if (rows == null) {
      return null;
    }
    var table = new ContainerTable(line.has("--quiet"), line.has("--no-trunc"), now);
    for (var row : rows) {
      if (line.has("--all") || isRunning(row)) {
        var status =
            ContainerTable.status(row.state(), row.exitCode(), row.started(), row.finished(), now);
        var noted = row.note().isEmpty() ? status : status + " (" + row.note() + ")";
        table.add(
            row.id(), row.image(), row.command(), row.created(), noted, row.ports(), row.name());
      }
    }
    return table.text();
  }

  private @Nullable StringBuilder images(HotCommand.HotLine line) throws IOException {
    var root = new File(settings.root());
    var table = new ImageTable(line.has("--quiet"), line.has("--no-trunc"), now);
    if (ImageIndexFile.file(root).exists()) {
      for (var row : ImageIndexFile.read(root).rows()) {
        table.add(row.id(), Words.split(row.tags(), ','), row.created(), row.size());
      }
      return table.text();
    }
    return isNew(root) ? table.text() : null;
  }

  private @Nullable StringBuilder inspect(List<String> names) throws IOException {
    var rows = containers();
    if (rows == null) {
      return null;
    }
    var out = new StringBuilder("[");
    var separator = "\n    ";
    for (var name : names) {
      var row = find(rows, name);
      if (row == null) {
        return null;
      }
      var file = new File(settings.root(), "containers/" + row.id() + "/inspect.json");
      out.append(separator);
      JsonIndent.append(read(file), out, 1);
      separator = ",\n    ";
    }
    return out.append("\n]\n");
  }

  static StringBuilder version() {
    return new StringBuilder("Version:  ")
        .append(BuildId.VERSION)
        .append("\nBuild:    ")
        .append(BuildId.own())
        .append("\nJava:     ")
        .append(System.getProperty("java.vm.version"))
        .append("\nPlatform: linux/")
        .append(System.getProperty("os.arch"))
        .append('\n');
  }

  /** Every container, or null when the index may say of one that it runs though it does not. */
  private @Nullable List<ContainerIndex.Row> containers() throws IOException {
    var root = new File(settings.root());
    if (!ContainerIndex.file(root).exists()) {
      return isNew(root) ? List.of() : null;
    }
    var index = ContainerIndex.read(root);
    var sameBoot = index.bootId().equals(Liveness.bootId());
    for (var row : index.rows()) {
      // Only an engine knows whether one that waits for its restart still does.
      if (row.state().equals("restarting")) {
        return null;
      }
      if (isRunning(row) && !(sameBoot && Liveness.isAlive(row.vmmPid(), row.vmmStartTime()))) {
        return null;
      }
    }
    return index.rows();
  }

  private static boolean isRunning(ContainerIndex.Row row) {
    return row.state().equals("running") || row.state().equals("paused");
  }

  /** Nothing was ever kept here: an engine would only say the same. */
  private static boolean isNew(File root) {
    var parent = root.getParentFile();
    return !root.exists() && (parent == null || !parent.exists() || parent.canRead());
  }

  /** By full id, name, or the only one whose id begins so; Docker's order. */
  private static ContainerIndex.@Nullable Row find(List<ContainerIndex.Row> rows, String name) {
    ContainerIndex.Row found = null;
    var ids = new HashSet<String>();
    for (var row : rows) {
      if (row.id().equals(name) || row.name().equals(name)) {
        return row;
      }
      if (row.id().startsWith(name)) {
        found = row;
        ids.add(row.id());
      }
    }
    return ids.size() == 1 ? found : null;
  }

  private static String read(File file) throws IOException {
    try (var in = new FileInputStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
