package dev.kctl.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A directory that one import worker fills. The store's side holds a lock beside it as long as the
 * pull lives; a directory whose lock is free is what a dead pull left.
 */
final class Ingest implements AutoCloseable {
  private static final String LOCK = ".lock";

  /** Closing any descriptor of a file frees the process's lock on it: never open our own again. */
  private static final Set<Path> OF_THIS_JVM = ConcurrentHashMap.newKeySet();

  private final String id;
  private final Path directory;
  private final FileChannel channel;
  private final FileLock lock;

  private Ingest(String id, Path directory, FileChannel channel, FileLock lock) {
    this.id = id;
    this.directory = directory;
    this.channel = channel;
    this.lock = lock;
  }

  /** Makes a new one; only within the store's lock, so that no sweep sees it half made. */
  static Ingest create(StoreLayout layout, Optional<ImportWorkers.Owner> owner) throws IOException {
    var id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(), 12);
    var file = layout.ingests().resolve(id + LOCK);
    OF_THIS_JVM.add(file);
    var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    var lock = channel.lock();
    var directory = Files.createDirectory(layout.ingests().resolve(id));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    if (owner.isPresent()) {
      Files.setAttribute(directory, "unix:gid", owner.get().gid(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(directory, "unix:uid", owner.get().uid(), LinkOption.NOFOLLOW_LINKS);
    }
    return new Ingest(id, directory, channel, lock);
  }

  /** 12 hex digits. */
  String id() {
    return id;
  }

  Path directory() {
    return directory;
  }

  /** Takes the directory from the worker, which is gone: its names can change no more. */
  void reclaim() throws IOException {
    var owner = Files.readAttributes(directory.getParent(), "unix:uid,gid");
    Files.setAttribute(directory, "unix:uid", owner.get("uid"), LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(directory, "unix:gid", owner.get("gid"), LinkOption.NOFOLLOW_LINKS);
  }

  /** A worker may have been taken over by what it read: no links, no devices, no other names. */
  static void checkRegular(Path file, long largest) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw WorkerFailed.of(
          "it left no regular file " + file.getFileName() + " where it said it would", null);
    }
    var links = Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
    if (!links.equals(1) || Files.size(file) > largest) {
      throw WorkerFailed.of(
          file.getFileName() + " has " + links + " links and " + Files.size(file) + " bytes", null);
    }
  }

  /** Removes what dead pulls left, and tells whether live ones remain. Within the store's lock. */
  static boolean sweep(StoreLayout layout) throws IOException {
    var live = false;
    try (var entries = Files.newDirectoryStream(layout.ingests())) {
      for (var entry : entries) {
        var name = entry.getFileName().toString();
        if (!name.endsWith(LOCK)) {
          live |= sweepOne(layout, name);
        } else if (!Files.exists(layout.ingests().resolve(withoutLock(name)))) {
          live |= sweepOne(layout, withoutLock(name));
        }
      }
    }
    return live;
  }

  private static String withoutLock(String name) {
    return name.substring(0, name.length() - LOCK.length());
  }

  private static boolean sweepOne(StoreLayout layout, String id) throws IOException {
    var file = layout.ingests().resolve(id + LOCK);
    if (OF_THIS_JVM.contains(file)) {
      return true;
    }
    try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var lock = channel.tryLock()) {
      if (lock == null) {
        return true;
      }
      remove(layout.ingests().resolve(id));
      Files.deleteIfExists(file);
      return false;
    }
  }

  private static void remove(Path directory) throws IOException {
    if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      StoreLayout.deleteTree(directory);
    } else {
      Files.deleteIfExists(directory);
    }
  }

  /** Removes the directory and what is left in it. */
  @Override
  public void close() throws IOException {
    try (channel;
        lock) {
      StoreLayout.deleteTree(directory);
      Files.deleteIfExists(directory.resolveSibling(id + LOCK));
    } finally {
      OF_THIS_JVM.remove(directory.resolveSibling(id + LOCK));
    }
  }
}
