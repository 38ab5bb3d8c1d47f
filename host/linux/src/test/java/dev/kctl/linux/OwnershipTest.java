package dev.kctl.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnershipTest {
  @TempDir private Path directory;

  @Test
  void givesALinkItselfAndNotItsTarget() throws IOException {
    var uid = Ownership.self() == 0 ? 4711 : Ownership.self();
    var target = Files.createFile(directory.resolve("target"));
    var link = Files.createSymbolicLink(directory.resolve("link"), target);
    Ownership.give(link, uid);
    assertThat(Ownership.owner(link)).isEqualTo(uid);
    assertThat(Ownership.owner(target)).isEqualTo(Ownership.self());
  }

  @Test
  void makesADirectoryWithTheModeAskedFor() throws IOException {
    var made = directory.resolve("a/b");
    Ownership.makeDirectory(made, "rwx--x--x");
    var mode = Files.getPosixFilePermissions(made, LinkOption.NOFOLLOW_LINKS);
    assertThat(PosixFilePermissions.toString(mode)).isEqualTo("rwx--x--x");
  }
}
