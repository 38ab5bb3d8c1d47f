package dev.kctl.cli;

import dev.kctl.archive.Packing;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Copies into a container. */
final class CopyIn {
  private final Session session;
  private final ContainerFiles files;
  private final CopyCommand.Manner manner;
  private long bytes;

  CopyIn(Session session, ContainerFiles files, CopyCommand.Manner manner) {
    this.session = session;
    this.files = files;
    this.manner = manner;
  }

  /** From a path of the host by Docker's rules, or a tar stream from standard input. */
  void copy(String source, CopyPlace target) {
    if (source.equals("-")) {
      files.write(CopyPlace.clean(target.path()), manner.owners(), this::standardInput);
      return;
    }
    var path = source(source);
    var directory = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    if (!directory && CopyPlace.isDirectoryOnly(source)) {
      throw new NotPossible(source + ": not a directory");
    }
    var place = place(source, path, directory, target.path());
    files.write(
        place.directory(),
        manner.owners(),
        out -> bytes = Packing.pack(path, place.name(), manner.owners(), out));
    if (!manner.quiet()) {
      session
          .err()
          .line(
              "Successfully copied "
                  + Human.exactSize(bytes)
                  + " to "
                  + target.container()
                  + ":"
                  + target.path());
    }
  }

  private Path source(String source) {
    var path = Path.of(source).toAbsolutePath().normalize();
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new NotPossible("lstat " + source + ": no such file or directory");
    }
    try {
      var follow = manner.follow() || CopyPlace.isDirectoryOnly(source);
      return follow ? path.toRealPath() : path;
    } catch (IOException e) {
      throw new CopyFailed(source + ": " + e.getMessage(), e);
    }
  }

  /** Where to unpack, and what the root of the stream is called there; empty: only its content. */
  private record Place(String directory, String name) {}

  private Place place(String source, Path path, boolean directory, String target) {
    var resolved = files.resolved(target);
    var there = files.stat(resolved);
    if (there != null && there.isDirectory()) {
      var name = Path.of(source).toAbsolutePath().normalize().getFileName();
      var content = directory && (CopyPlace.isContentOnly(source) || name == null);
      return new Place(resolved, content ? "" : String.valueOf(name));
    }
    if (there != null && directory) {
      throw new NotPossible("cannot copy directory " + path + " to file " + target);
    }
    if (there == null && !directory && CopyPlace.isDirectoryOnly(target)) {
      throw new NotPossible("destination directory " + target + " must exist");
    }
    return new Place(CopyPlace.parent(resolved), CopyPlace.base(resolved));
  }

  private void standardInput(OutputStream out) throws IOException {
    var buffer = ByteBuffer.allocate(64 * 1024);
    while (session.in().read(buffer) >= 0) {
      out.write(buffer.array(), 0, buffer.position());
      buffer.clear();
    }
  }
}
