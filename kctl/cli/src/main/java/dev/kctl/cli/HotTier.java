package dev.kctl.cli;

import dev.kctl.engine.ContainerIndex;
import dev.kctl.engine.ImageIndexFile;
import dev.kctl.linux.BootId;
import dev.kctl.linux.ProcessIdentity;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers the commonest questions from the engine's files: no picocli, no jackson, no connection.
 * What it does not know, or finds stale, it leaves to the full tier.
 */
final class HotTier {
  /** More lines of a log than anybody reads are counted by the engine. */
  private static final int LONGEST_TAIL = 1_000_000;

  private final Settings settings;
  private final long now;
  private final Output out;
  private final Output err;

  /**
   * @param now Unix seconds
   */
  HotTier(Settings settings, long now, Output out, Output err) {
    this.settings = settings;
    this.now = now;
    this.out = out;
    this.err = err;
  }

  /** The output that is left to print, or null where the full tier must answer. */
  @Nullable StringBuilder answer(List<String> given) {
    var words = ungrouped(given);
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
        case "logs" -> logs(line);
        case "version" -> version();
        default -> null;
      };
    } catch (IOException _) {
      return null;
    }
  }

  /** {@code container ls} is {@code ps}, and {@code image ls} is {@code images}. */
  private static List<String> ungrouped(List<String> words) {
    if (words.size() < 2 || !words.get(1).equals("ls")) {
      return words;
    }
    var name =
        switch (words.getFirst()) {
          case "container" -> "ps";
          case "image" -> "images";
          default -> "";
        };
    if (name.isEmpty()) {
      return words;
    }
    var plain = new ArrayList<String>(words.subList(1, words.size()));
    plain.set(0, name);
    return plain;
  }

  private @Nullable StringBuilder ps(HotCommand.HotLine line) throws IOException {
    var rows = containers();
    if (rows == null) {
      return null;
    }
    var last = line.has("--latest") ? 1 : number(line.value("--last", "-1"));
    if (last == Integer.MIN_VALUE) {
      return null;
    }
    var table = new ContainerTable(line.has("--quiet"), line.has("--no-trunc"), now);
    var left = last > 0 ? last : Integer.MAX_VALUE;
    for (var row : rows) {
      if ((line.has("--all") || last > 0 || isRunning(row)) && left-- > 0) {
        var status =
            ContainerTable.status(row.state(), row.exitCode(), row.started(), row.finished(), now);
        var noted = row.note().isEmpty() ? status : status + " (" + row.note() + ")";
        table.add(
            row.id(), row.image(), row.command(), row.created(), noted, row.ports(), row.name());
      }
    }
    return table.text();
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      return Integer.MIN_VALUE;
    }
  }

  /** Straight from the files, piece by piece: a log may be larger than memory. */
  private @Nullable StringBuilder logs(HotCommand.HotLine line) throws IOException {
    var rows = containers();
    var row = rows == null ? null : find(rows, line.rest().getFirst());
    var tail = line.has("--tail") ? number(line.value("--tail", "")) : Integer.MAX_VALUE;
    if (row == null || tail < 0 || (line.has("--tail") && tail > LONGEST_TAIL)) {
      return null;
    }
    var folder = new File(settings.root(), "containers/" + row.id() + "/log");
    var logs = new HotLogs(folder, out, err);
    return logs.print(tail, line.has("--timestamps")) ? new StringBuilder() : null;
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
    var sameBoot = index.bootId().equals(BootId.current());
    for (var row : index.rows()) {
      // Only an engine knows whether one that waits for its restart still does.
      if (row.state().equals("restarting")) {
        return null;
      }
      var machine = new ProcessIdentity(row.vmmPid(), row.vmmStartTime());
      if (isRunning(row) && !(sameBoot && machine.alive())) {
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
