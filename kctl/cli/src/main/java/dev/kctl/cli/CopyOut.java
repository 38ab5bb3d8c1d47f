package dev.kctl.cli;

import dev.kctl.archive.ArchiveException;
import dev.kctl.archive.Unpacking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Copies out of a container. What comes from there is not trusted: it is unpacked strictly beneath
 * the place that the user named.
 */
final class CopyOut {
  private final Session session;
  private final ContainerFiles files;
  private final CopyCommand.Manner manner;

  CopyOut(Session session, ContainerFiles files, CopyCommand.Manner manner) {
    this.session = session;
    this.files = files;
    this.manner = manner;
  }

  /** To a path of the host by Docker's rules, or as a tar stream to standard output. */
  void copy(CopyPlace source, String target) {
    var file = CopyPlace.clean(source.path());
    var wanted = manner.follow() ? files.resolved(file) : file;
    try (var answer = files.read(wanted)) {
      var stream = files.stream(answer);
      if (target.equals("-")) {
        stream(stream);
        return;
      }
      var stat = ContainerFiles.stat(wanted, answer.response());
      var place = place(source, CopyPlace.base(file), stat.isDirectory(), target);
      var result = Unpacking.unpack(stream, place.directory(), place.name(), manner.owners());
      for (var skipped : result.skipped()) {
        session.err().line("kctl: not copied, neither file nor link: " + Harmless.text(skipped));
      }
      if (!manner.quiet()) {
        session
            .err()
            .line("Successfully copied " + Human.exactSize(result.bytes()) + " to " + target);
      }
    } catch (ArchiveException e) {
      throw new CopyFailed(String.valueOf(e.getMessage()), e);
    }
  }

  private void stream(EngineStream stream) {
    var buffer = new byte[64 * 1024];
    for (var count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
      session.out().write(buffer, 0, count);
    }
  }

  /** Where to unpack, and what the root of the stream is called there; empty: only its content. */
  private record Place(Path directory, String name) {}

  private static Place place(CopyPlace source, String base, boolean directory, String target) {
    var path = followed(Path.of(target).toAbsolutePath());
    if (Files.isDirectory(path)) {
      var content = directory && CopyPlace.isContentOnly(source.path());
      return new Place(path, content ? "" : base);
    }
    var name = path.getFileName();
    var parent = path.getParent();
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      if (directory) {
        throw new NotPossible("cannot copy directory " + source.path() + " to file " + target);
      }
    } else if (!directory && CopyPlace.isDirectoryOnly(target)) {
      throw new NotPossible("destination directory " + target + " must exist");
    }
    if (name == null || parent == null || !Files.isDirectory(parent)) {
      throw new NotPossible("invalid output path: directory \"" + parent + "\" does not exist");
    }
    return new Place(parent, name.toString());
  }

  /** A link that the user named is his own: what it points to is meant. */
  private static Path followed(Path path) {
    var clean = path.normalize();
    try {
      return Files.isSymbolicLink(clean) && !Files.exists(clean)
          ? clean.resolveSibling(Files.readSymbolicLink(clean)).normalize()
          : Files.exists(clean) ? clean.toRealPath() : clean;
    } catch (IOException e) {
      throw new CopyFailed(path + ": " + e.getMessage(), e);
    }
  }
}
