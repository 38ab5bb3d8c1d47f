package dev.kctl.vmm;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalInt;

/** The runtime directory of one machine: its sockets, writable by its VMM and by nobody else. */
public final class VmDirectory {
  private VmDirectory() {}

  /**
   * Makes the directory, mode 0700, owned by {@code uid} where given. What an earlier machine of
   * the same name left in it is removed.
   */
  public static void create(Path directory, OptionalInt uid) {
    delete(directory);
    try {
      var owner = PosixFilePermissions.fromString("rwx------");
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(owner));
      if (uid.isPresent()) {
        Files.setAttribute(directory, "unix:gid", uid.getAsInt(), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(directory, "unix:uid", uid.getAsInt(), LinkOption.NOFOLLOW_LINKS);
      }
    } catch (IOException e) {
      throw new VmDirectoryFailed("machine directory %s: %s".formatted(directory, e), e);
    }
  }

  /** Removes the directory with its sockets; nothing happens where there is none. */
  public static void delete(Path directory) {
    try {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
        for (var entry : entries) {
          remove(entry);
        }
      }
      Files.deleteIfExists(directory);
    } catch (NoSuchFileException _) {
      // Nothing to remove.
    } catch (IOException e) {
      throw new VmDirectoryFailed("machine directory %s: %s".formatted(directory, e), e);
    }
  }

  /** A VMM that was taken over by its guest can have made directories there. */
  private static void remove(Path entry) throws IOException {
    if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
      delete(entry);
    } else {
      Files.deleteIfExists(entry);
    }
  }
}
