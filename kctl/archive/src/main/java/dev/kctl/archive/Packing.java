package dev.kctl.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Makes a tar stream of files of the host. */
public final class Packing {
  private final TarWriter tar;
  private final boolean owners;
  private final Map<Object, String> linked = new HashMap<>();

  private Packing(OutputStream out, boolean owners) {
    tar = new TarWriter(out);
    this.owners = owners;
  }

  /**
   * Packs a file or a whole directory; symbolic links are packed as what they are.
   *
   * @param rootName what it is called in the stream; empty to pack a directory's content only
   * @param owners whether the stream names users and groups; all belong to root otherwise
   * @return bytes of content
   */
  public static long pack(Path source, String rootName, boolean owners, OutputStream out)
      throws IOException {
    var packing = new Packing(out, owners);
    packing.add(source, rootName);
    packing.tar.finish();
    return packing.tar.contentBytes();
  }

  private void add(Path path, String name) throws IOException {
    var attributes = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
    var mode = number(attributes, "mode");
    var entry =
        new TarEntry(
            name,
            TarEntry.Kind.OTHER,
            "",
            mode & 07777,
            owners ? Integer.toUnsignedLong(number(attributes, "uid")) : 0,
            owners ? Integer.toUnsignedLong(number(attributes, "gid")) : 0,
            Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toMillis() / 1000,
            0);
    if (Files.isSymbolicLink(path)) {
      tar.link(entry, TarEntry.Kind.SYMBOLIC_LINK, Files.readSymbolicLink(path).toString());
    } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      directory(path, name, entry);
    } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      file(path, name, entry, attributes);
    } else {
      throw new IOException(path + ": neither file, directory nor link, so it cannot be copied");
    }
  }

  private static int number(Map<String, Object> attributes, String name) {
    return Objects.requireNonNull((Integer) attributes.get(name));
  }

  private void directory(Path path, String name, TarEntry entry) throws IOException {
    if (!name.isEmpty()) {
      tar.directory(entry);
    }
    try (Stream<Path> children = Files.list(path)) {
      for (var child : children.sorted().toList()) {
        var childName = String.valueOf(child.getFileName());
        add(child, name.isEmpty() ? childName : name + "/" + childName);
      }
    }
  }

  private void file(Path path, String name, TarEntry entry, Map<String, Object> attributes)
      throws IOException {
    if (number(attributes, "nlink") > 1) {
      var first = linked.putIfAbsent(attributes.get("dev") + ":" + attributes.get("ino"), name);
      if (first != null) {
        tar.link(entry, TarEntry.Kind.HARD_LINK, first);
        return;
      }
    }
    try (var content = Files.newInputStream(path)) {
      tar.file(entry, Files.size(path), content);
    }
  }
}
