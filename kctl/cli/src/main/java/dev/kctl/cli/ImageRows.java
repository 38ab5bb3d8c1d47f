package dev.kctl.cli;

import dev.kctl.template.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Images as {@code images} lists them, from the API's answer: a row for each name. */
final class ImageRows {
  private static final String NONE = "<none>";
  private static final Map<String, String> HEADERS = headers();

  private final boolean whole;
  private final long now;

  /**
   * @param whole without shortening ids
   * @param now Unix seconds
   */
  ImageRows(boolean whole, long now) {
    this.whole = whole;
    this.now = now;
  }

  /** The list these are rows of. */
  static Listing listing(boolean withDigests) {
    return new Listing(
        "*formatter.imageContext",
        HEADERS,
        withDigests
            ? List.of("Repository", "Tag", "Digest", "ID", "CreatedSince", "Size")
            : List.of("Repository", "Tag", "ID", "CreatedSince", "Size"));
  }

  List<Row> rows(JsonObject image) {
    var rows = new ArrayList<Row>();
    var tags = image.strings("RepoTags");
    for (var tag : tags.isEmpty() ? List.of(NONE + ":" + NONE) : tags) {
      var colon = tag.lastIndexOf(':');
      var slash = tag.lastIndexOf('/');
      var repository = colon > slash ? tag.substring(0, colon) : tag;
      rows.add(row(image, repository, colon > slash ? tag.substring(colon + 1) : NONE));
    }
    return rows;
  }

  private Row row(JsonObject image, String repository, String tag) {
    var columns = new LinkedHashMap<String, Object>();
    columns.put("ID", ImageTable.shortId(image.string("Id"), whole));
    columns.put("Repository", repository);
    columns.put("Tag", tag);
    columns.put("Digest", digest(image, repository));
    columns.put("CreatedSince", Human.ago(image.number("Created"), now));
    columns.put("CreatedAt", ContainerRows.time(image.number("Created")));
    columns.put("Size", Human.size(image.number("Size")));
    for (var column : List.of("Containers", "SharedSize", "UniqueSize")) {
      columns.put(column, "N/A");
    }
    columns.put("VirtualSize", Human.size(image.number("Size")));
    return listing(false).row(columns, Map.of());
  }

  private static String digest(JsonObject image, String repository) {
    return image.strings("RepoDigests").stream()
        .filter(digest -> digest.startsWith(repository + "@"))
        .map(digest -> digest.substring(repository.length() + 1))
        .findFirst()
        .orElse(NONE);
  }

  private static Map<String, String> headers() {
    var headers = new LinkedHashMap<String, String>();
    headers.put("ID", "IMAGE ID");
    headers.put("Repository", "REPOSITORY");
    headers.put("Tag", "TAG");
    headers.put("Digest", "DIGEST");
    headers.put("CreatedSince", "CREATED");
    headers.put("CreatedAt", "CREATED AT");
    headers.put("Size", "SIZE");
    headers.put("Containers", "CONTAINERS");
    headers.put("SharedSize", "SHARED SIZE");
    headers.put("UniqueSize", "UNIQUE SIZE");
    headers.put("VirtualSize", "SIZE");
    return headers;
  }
}
