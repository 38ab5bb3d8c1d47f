package dev.kctl.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** A random tree, the tar that says it, and what an image of it must hold. */
final class TreeModel {
  private static final String[] XATTRS = {
    "user.a", "user.long." + "n".repeat(100), "trusted.b", "security.capability"
  };

  private final Random random;
  private final SortedMap<String, Item> items = new TreeMap<>();
  private final List<String> directories = new ArrayList<>(List.of(""));
  private final TarBuilder tar = new TarBuilder();

  /** What a path must be; two paths with the same item are hard links. */
  static final class Item {
    char type;
    int mode;
    int uid;
    int gid;
    long seconds;
    int nanos;
    String content = "";
    int major;
    int minor;
    final SortedMap<String, String> xattrs = new TreeMap<>();
  }

  TreeModel(long seed, int entries) {
    random = new Random(seed);
    for (var i = 0; i < entries; i++) {
      add();
    }
  }

  byte[] tar() {
    return tar.bytes();
  }

  /** By absolute path, without the root. */
  Map<String, Item> items() {
    return items;
  }

  private void add() {
    var path = directories.get(random.nextInt(directories.size())) + "/" + name();
    var existing = items.get(path);
    if (path.length() > 4000 || (existing != null && existing.type == '5')) {
      return;
    }
    var target = random.nextInt(8) == 0 ? linkable() : "";
    if (!target.isEmpty() && !target.equals(path)) {
      items.put(path, Objects.requireNonNull(items.get(target)));
      tar.link(spelled(path), spelled(target));
      return;
    }
    var item = item();
    items.put(path, item);
    if (item.type == '5') {
      directories.add(path);
    }
    tar.entry(spelled(path), item.type, entry -> describe(entry, item));
  }

  private String linkable() {
    var candidates =
        items.entrySet().stream()
            .filter(item -> item.getValue().type != '5')
            .map(Map.Entry::getKey)
            .toList();
    return candidates.isEmpty() ? "" : candidates.get(random.nextInt(candidates.size()));
  }

  private Item item() {
    var item = new Item();
    item.type = "0000022345556".charAt(random.nextInt(13));
    item.mode = item.type == '2' ? 0777 : random.nextInt(010000);
    item.uid = random.nextInt(10) == 0 ? random.nextInt() & -4 : random.nextInt(2000);
    item.gid = random.nextInt(3000);
    item.seconds = random.nextLong(1L << 33);
    item.nanos = random.nextBoolean() ? 0 : random.nextInt(1_000_000_000);
    switch (item.type) {
      case '0' -> item.content = content();
      case '2' ->
          item.content = "t".repeat(1 + random.nextInt(random.nextInt(20) == 0 ? 4095 : 60));
      case '3', '4' -> {
        item.major = 1 + random.nextInt(4095);
        item.minor = random.nextInt(1 << 20);
      }
      default -> {}
    }
    while (random.nextInt(4) == 0) {
      var value = "v".repeat(random.nextInt(random.nextInt(10) == 0 ? 5000 : 50));
      item.xattrs.put(XATTRS[random.nextInt(XATTRS.length)], value);
    }
    return item;
  }

  private static void describe(TarBuilder.Entry entry, Item item) {
    entry.mode = item.mode;
    entry.uid = item.uid & 0xffff_ffffL;
    entry.gid = item.gid;
    entry.modified = item.seconds;
    entry.major = item.major;
    entry.minor = item.minor;
    if (item.nanos != 0) {
      entry.pax.put("mtime", String.format("%d.%09d", item.seconds, item.nanos));
    }
    item.xattrs.forEach(entry::xattr);
    if (item.type == '2') {
      entry.link = item.content;
    } else {
      entry.content = item.content;
    }
  }

  private String content() {
    var length =
        switch (random.nextInt(6)) {
          case 0 -> 0;
          case 1 -> 4096 * random.nextInt(4);
          case 2 -> random.nextInt(300_000);
          default -> random.nextInt(3000);
        };
    var content = new StringBuilder(length);
    while (content.length() < length) {
      content.append((char) random.nextInt(256));
    }
    return content.toString();
  }

  private String name() {
    var longest = random.nextInt(8) == 0 ? 255 : 6;
    var name = new StringBuilder();
    for (var left = 1 + random.nextInt(longest); left > 0; left--) {
      var c = (char) (1 + random.nextInt(255));
      name.append(c == '/' || (c == '.' && name.isEmpty()) ? '_' : c);
    }
    return name.toString();
  }

  /** The same path in one of the ways tars write it. */
  private String spelled(String path) {
    return switch (random.nextInt(3)) {
      case 0 -> path;
      case 1 -> "." + path;
      default -> path.substring(1);
    };
  }
}
