package dev.kctl.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Owners and modes of files, by number, never through a symbolic link. */
public final class Ownership {
  private Ownership() {}

  /** Gives a file, a directory or a link itself to a user and the group of the same number. */
  public static void give(Path path, int uid) throws IOException {
    Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(path, "unix:gid", uid, LinkOption.NOFOLLOW_LINKS);
  }

  /** The user that owns a file, a directory or a link itself. */
  public static int owner(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  /** The user that this process runs as. */
  public static int self() throws IOException {
    return owner(Path.of("/proc/self"));
  }

  /**
   * Makes a directory, and its parents, with exactly this mode, whatever the umask; one that is
   * there keeps its own.
   *
   * @param mode as {@code ls} shows it: {@code rwx------}
   */
  public static void makeDirectory(Path path, String mode) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    var permissions = PosixFilePermissions.fromString(mode);
    Files.createDirectories(path, PosixFilePermissions.asFileAttribute(permissions));
    Files.setPosixFilePermissions(path, permissions);
  }
}
