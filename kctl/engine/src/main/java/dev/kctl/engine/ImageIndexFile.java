package dev.kctl.engine;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The file `ROOT/images/index`: every image as a row, newest first, as {@link ContainerIndex}. */
public final class ImageIndexFile {
  private static final int FIELDS = 6;

  private final String buildId;
  private final List<Row> rows;

  ImageIndexFile(String buildId, List<Row> rows) {
    this.buildId = buildId;
    this.rows = Collections.unmodifiableList(rows);
  }

  /**
   * One image.
   *
   * @param id `sha256:...`
   * @param tags `alpine:latest`, joined by commas; empty for a dangling image
   * @param digests `alpine@sha256:...`, joined by commas
   * @param created Unix seconds
   * @param size in bytes
   * @param labels `key=value` joined by commas
   */
  public record Row(
      String id, String tags, String digests, long created, long size, String labels) {}

  /** Where the index of a root is. */
  public static File file(File root) {
    return new File(new File(root, "images"), "index");
  }

  /**
   * Reads it.
   *
   * @throws IOException where it is absent or of another form: ask the engine then
   */
  public static ImageIndexFile read(File root) throws IOException {
    var lines = IndexText.lines(file(root));
    var head = IndexText.parseHead(lines[0]);
    var rows = new ArrayList<Row>(lines.length);
    for (var i = 1; i < lines.length; i++) {
      var f = IndexText.fields(lines[i], FIELDS);
      rows.add(new Row(f[0], f[1], f[2], IndexText.number(f[3]), IndexText.number(f[4]), f[5]));
    }
    return new ImageIndexFile(head[1], rows);
  }

  /** The build of the engine that wrote it. */
  public String buildId() {
    return buildId;
  }

  public List<Row> rows() {
    return rows;
  }

  String text(String bootId) {
    var out = new StringBuilder(256 * (rows.size() + 1));
    out.append(IndexText.head(bootId, buildId));
    for (var row : rows) {
      append(out, row.id, row.tags, row.digests);
      append(out, String.valueOf(row.created), String.valueOf(row.size));
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
}
