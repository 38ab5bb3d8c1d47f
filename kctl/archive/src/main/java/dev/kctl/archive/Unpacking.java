package dev.kctl.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes files of a tar stream that nobody trusts, strictly beneath a directory: no name with {@code
 * ..}, no way through a symbolic link, hard links to what lies beneath only. All entries of the
 * stream are beneath one of them, the root, which gets a name of our choice.
 */
public final class Unpacking {
  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final int PERMISSIONS = 0777;

  private final Path target;
  private final String rootName;
  private final boolean owners;
  private final List<Finish> directories = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();
  private List<String> root = List.of();
  private long bytes;

  private record Finish(Path path, TarEntry entry) {}

  private Unpacking(Path target, String rootName, boolean owners) {
    this.target = target;
    this.rootName = rootName;
    this.owners = owners;
  }

  /**
   * What came of it.
   *
   * @param skipped names of devices and the like, which are not made
   */
  public record Result(long bytes, List<String> skipped) {}

  /**
   * Unpacks a stream.
   *
   * @param target a directory that is there
   * @param rootName of what the stream holds; empty to unpack its content into the target itself
   * @param owners whether files get the users, groups and rights that the stream names
   */
  public static Result unpack(InputStream in, Path target, String rootName, boolean owners) {
    try {
      var unpacking = new Unpacking(target.toRealPath(), rootName, owners);
      unpacking.run(new TarReader(in));
      return new Result(unpacking.bytes, unpacking.skipped);
    } catch (FileAlreadyExistsException e) {
      throw new ArchiveException(e.getFile() + ": something else is there already", e);
    } catch (IOException e) {
      throw new ArchiveException(target + ": " + e.getMessage(), e);
    }
  }

  private void run(TarReader tar) throws IOException {
    var first = true;
    for (var entry = tar.next(); entry != null; entry = tar.next()) {
      var parts = ArchivePath.parts(entry.name());
      if (first) {
        if (parts.size() > 1) {
          throw new ArchiveException(
              "the archive begins beneath its root: " + ArchivePath.shown(entry.name()));
        }
        root = parts;
        first = false;
      }
      make(tar, entry, place(entry.name(), parts));
    }
    for (var finish : directories.reversed()) {
      finish(finish.path, finish.entry);
    }
  }

  /** Where an entry goes; its root's own name does not matter. */
  private Path place(String name, List<String> parts) {
    if (parts.size() < root.size() || !parts.subList(0, root.size()).equals(root)) {
      throw new ArchiveException(
          "the archive has a name outside of its root: " + ArchivePath.shown(name));
    }
    var place = rootName.isEmpty() ? target : target.resolve(rootName);
    for (var part : parts.subList(root.size(), parts.size())) {
      place = place.resolve(part);
    }
    return place;
  }

  private void make(TarReader tar, TarEntry entry, Path place) throws IOException {
    if (!place.equals(target)) {
      makeParents(place.getParent());
    }
    switch (entry.kind()) {
      case DIRECTORY -> makeDirectory(place, entry);
      case FILE -> makeFile(tar, place, entry);
      case SYMBOLIC_LINK -> {
        clear(place);
        Files.createSymbolicLink(place, Path.of(entry.link()));
        owner(place, entry);
      }
      case HARD_LINK -> makeHardLink(place, entry);
      case OTHER -> skipped.add(entry.name());
    }
  }

  private void makeParents(@Nullable Path parent) throws IOException {
    if (parent == null || parent.equals(target)) {
      return;
    }
    makeParents(parent.getParent());
    if (Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (Files.exists(parent, LinkOption.NOFOLLOW_LINKS)) {
      throw new ArchiveException(parent + ": not a directory, so nothing is unpacked through it");
    }
    Files.createDirectory(parent);
  }

  private void makeDirectory(Path place, TarEntry entry) throws IOException {
    if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
        throw new ArchiveException(place + ": a directory cannot replace what is there");
      }
      Files.createDirectory(place);
      directories.add(new Finish(place, entry));
    }
  }

  private void makeFile(TarReader tar, Path place, TarEntry entry) throws IOException {
    clear(place);
    var buffer = new byte[64 * 1024];
    try (var file = Files.newByteChannel(place, NEW)) {
      for (var count = tar.content(buffer); count >= 0; count = tar.content(buffer)) {
        var content = ByteBuffer.wrap(buffer, 0, count);
        while (content.hasRemaining()) {
          file.write(content);
        }
        bytes += count;
      }
    }
    finish(place, entry);
  }

  private void makeHardLink(Path place, TarEntry entry) throws IOException {
    var existing = place(entry.link(), ArchivePath.parts(entry.link()));
    if (!existing.equals(target)) {
      checkWay(existing.getParent());
    }
    if (!Files.isRegularFile(existing, LinkOption.NOFOLLOW_LINKS)) {
      throw new ArchiveException(
          "the archive links to what is no file of it: " + ArchivePath.shown(entry.link()));
    }
    if (!existing.equals(place)) {
      clear(place);
      Files.createLink(place, existing);
    }
  }

  private void checkWay(@Nullable Path parent) {
    if (parent == null || parent.equals(target)) {
      return;
    }
    checkWay(parent.getParent());
    if (!Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)) {
      throw new ArchiveException(parent + ": not a directory, so nothing is linked through it");
    }
  }

  /** A file takes the place of a file or a link, never that of a directory. */
  private void clear(Path place) throws IOException {
    if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      throw new ArchiveException(place + ": a file cannot replace a directory");
    }
    Files.deleteIfExists(place);
  }

  private void finish(Path place, TarEntry entry) throws IOException {
    owner(place, entry);
    Files.setAttribute(
        place,
        "unix:mode",
        owners ? entry.mode() : entry.mode() & PERMISSIONS,
        LinkOption.NOFOLLOW_LINKS);
    var time = FileTime.from(entry.mtime(), TimeUnit.SECONDS);
    Files.getFileAttributeView(place, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(time, null, null);
  }

  private void owner(Path place, TarEntry entry) throws IOException {
    if (owners) {
      Files.setAttribute(place, "unix:uid", (int) entry.uid(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(place, "unix:gid", (int) entry.gid(), LinkOption.NOFOLLOW_LINKS);
    }
  }
}
