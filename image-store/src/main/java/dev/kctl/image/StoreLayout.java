package dev.kctl.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where the store's files are and how they become durable: written elsewhere on the same file
 * system, synced, renamed, and the directory synced.
 */
record StoreLayout(Path root) {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final String EROFS = ".erofs";

  /** Makes what is missing. The import worker's user passes the root, and sees no other part. */
  void create() throws IOException {
    for (var passable : new Path[] {root, ingests()}) {
      directory(passable, "rwx--x--x");
    }
    for (var own : new Path[] {root.resolve("blobs"), blobs(), layers(), flattenings()}) {
      directory(own, "rwx------");
    }
    var layout = root.resolve("oci-layout");
    if (!Files.exists(layout)) {
      replace(layout, "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void directory(Path path, String mode) throws IOException {
    Files.createDirectories(path);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  Path blobs() {
    return root.resolve("blobs/sha256");
  }

  Path layers() {
    return root.resolve("layers");
  }

  Path flattenings() {
    return root.resolve("flattened");
  }

  Path ingests() {
    return root.resolve("ingest");
  }

  Path index() {
    return root.resolve("index.json");
  }

  Path lock() {
    return root.resolve("image-store.lock");
  }

  Path blob(Digest digest) {
    return blobs().resolve(digest.hex());
  }

  Path layer(Digest diffId) {
    return layers().resolve(diffId.hex() + EROFS);
  }

  Path flattened(Digest chainId) {
    return flattenings().resolve(chainId.hex() + EROFS);
  }

  /** Every blob there is. */
  Set<Digest> allBlobs() throws IOException {
    return named(blobs(), "");
  }

  /** The diff ids of every layer there is. */
  Set<Digest> allLayers() throws IOException {
    return named(layers(), EROFS);
  }

  /** The chain ids of all disks of several layers. */
  Set<Digest> allFlattened() throws IOException {
    return named(flattenings(), EROFS);
  }

  private static Set<Digest> named(Path directory, String suffix) throws IOException {
    var all = new LinkedHashSet<Digest>();
    try (var files = Files.newDirectoryStream(directory)) {
      for (var file : files) {
        var name = file.getFileName().toString();
        var hex = name.substring(0, Math.max(0, name.length() - suffix.length()));
        if (name.endsWith(suffix) && HEX.matcher(hex).matches()) {
          all.add(new Digest(hex));
        }
      }
    }
    return all;
  }

  /** Replaces a small file in the root, so that a reader sees the old or the new one. */
  void replace(Path target, byte[] content) throws IOException {
    var draft = target.resolveSibling(target.getFileName() + ".new");
    try (var file =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-------"));
      var bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(true);
    }
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    syncDirectory(root);
  }

  /** Takes a synced file in: from now on it is the store's, under its final name. */
  void adopt(Path file, Path target, String mode) throws IOException {
    var owner = Files.readAttributes(root, "unix:uid,gid");
    Files.setAttribute(file, "unix:uid", owner.get("uid"), LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(file, "unix:gid", owner.get("gid"), LinkOption.NOFOLLOW_LINKS);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    try (var channel =
        FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      channel.force(true);
    }
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
  }

  static void syncDirectory(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Removes a directory of ours; a process that is just dying may add a file meanwhile. */
  static void deleteTree(Path directory) throws IOException {
    for (var attempt = 1; ; attempt++) {
      try {
        deleteOnce(directory);
        return;
      } catch (DirectoryNotEmptyException e) {
        if (attempt == 5) {
          throw e;
        }
      }
    }
  }

  private static void deleteOnce(Path directory) throws IOException {
    try (var files = Files.newDirectoryStream(directory)) {
      for (var file : files) {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          deleteOnce(file);
        } else {
          Files.deleteIfExists(file);
        }
      }
    } catch (NoSuchFileException _) {
      return;
    }
    Files.deleteIfExists(directory);
  }
}
