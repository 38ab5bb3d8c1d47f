package dev.kctl.cli;

import java.util.List;

/** The output of {@code images}, of either tier: a row for each tag. */
final class ImageTable {
  private static final int SHORT_ID = 12;
  private static final String NONE = "<none>";
  private static final String ALGORITHM = "sha256:";

  private final boolean idsOnly;
  private final boolean whole;
  private final long now;
  private final StringBuilder ids = new StringBuilder();
  private final Table table = new Table("REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE");

  /**
   * @param whole without shortening ids
   * @param now Unix seconds
   */
  ImageTable(boolean idsOnly, boolean whole, long now) {
    this.idsOnly = idsOnly;
    this.whole = whole;
    this.now = now;
  }

  void add(String id, List<String> tags, long created, long size) {
    var shown = shortId(id, whole);
    if (idsOnly) {
      ids.append(shown).append('\n');
      return;
    }
    if (tags.isEmpty()) {
      table.row(NONE, NONE, shown, Human.ago(created, now), Human.size(size));
    }
    for (var tag : tags) {
      var colon = tag.lastIndexOf(':');
      table.row(
          tag.substring(0, colon < 0 ? tag.length() : colon),
          colon < 0 ? NONE : tag.substring(colon + 1),
          shown,
          Human.ago(created, now),
          Human.size(size));
    }
  }

  static String shortId(String id, boolean whole) {
    var hex = id.startsWith(ALGORITHM) ? id.substring(ALGORITHM.length()) : id;
    return whole ? id : hex.substring(0, Math.min(SHORT_ID, hex.length()));
  }

  StringBuilder text() {
    if (!idsOnly) {
      table.appendTo(ids);
    }
    return ids;
  }
}
