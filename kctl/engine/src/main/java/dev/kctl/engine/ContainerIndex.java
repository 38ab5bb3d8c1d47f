package dev.kctl.engine;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The file `ROOT/index`: every container as a row ready to print, newest first, for commands that
 * do not ask the engine. Replaced atomically at each change. A reader must compare boot id and
 * build id, and the liveness of every row said to be running.
 */
public final class ContainerIndex {
  private static final int FIELDS = 14;

  private final String bootId;
  private final String buildId;
  private final List<Row> rows;

  ContainerIndex(String bootId, String buildId, List<Row> rows) {
    this.bootId = bootId;
    this.buildId = buildId;
    this.rows = Collections.unmodifiableList(rows);
  }

  /**
   * One container. Times are Unix seconds, 0 for never.
   *
   * @param state Docker's word: created, running, paused, restarting, exited, removing
   * @param vmmPid 0 where there is no machine
   * @param vmmStartTime field 22 of /proc/PID/stat
   * @param note what `ps` adds to the status in brackets: its health, or why it ended
   * @param ports as `ps` prints them
   * @param labels `key=value` joined by commas
   */
  public record Row(
      String id,
      String name,
      String image,
      String command,
      long created,
      String state,
      long started,
      long finished,
      int exitCode,
      long vmmPid,
      long vmmStartTime,
      String note,
      String ports,
      String labels) {}

  /** Where the index of a root is. */
  public static File file(File root) {
    return new File(root, "index");
  }

  /**
   * Reads it.
   *
   * @throws IOException where it is absent or of another form: ask the engine then
   */
  public static ContainerIndex read(File root) throws IOException {
    var lines = IndexText.lines(file(root));
    var head = IndexText.parseHead(lines[0]);
    var rows = new ArrayList<Row>(lines.length);
    for (var i = 1; i < lines.length; i++) {
      rows.add(row(IndexText.fields(lines[i], FIELDS)));
    }
    return new ContainerIndex(head[0], head[1], rows);
  }

  /** The boot in which it was written; in another one nothing it says is running runs. */
  public String bootId() {
    return bootId;
  }

  /** The build of the engine that wrote it. */
  public String buildId() {
    return buildId;
  }

  public List<Row> rows() {
    return rows;
  }

  String text() {
    var out = new StringBuilder(256 * (rows.size() + 1));
    out.append(IndexText.head(bootId, buildId));
    for (var row : rows) {
      append(out, row.id, row.name, row.image, row.command, String.valueOf(row.created));
      append(out, row.state, String.valueOf(row.started), String.valueOf(row.finished));
      append(out, String.valueOf(row.exitCode), String.valueOf(row.vmmPid));
      append(out, String.valueOf(row.vmmStartTime), row.note, row.ports);
      IndexText.append(out, row.labels);
      out.append('\n');
    }
    return out.toString();
  }

  private static void append(StringBuilder out, String... fields) {
    for (var field : fields) {
      IndexText.append(out, field);
      out.append('\t');
    }
  }

  private static Row row(String[] f) throws IOException {
    return new Row(
        f[0],
        f[1],
        f[2],
        f[3],
        IndexText.number(f[4]),
        f[5],
        IndexText.number(f[6]),
        IndexText.number(f[7]),
        (int) IndexText.number(f[8]),
        IndexText.number(f[9]),
        IndexText.number(f[10]),
        f[11],
        f[12],
        f[13]);
  }
}
