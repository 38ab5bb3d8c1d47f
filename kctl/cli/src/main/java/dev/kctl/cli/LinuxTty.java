package dev.kctl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The terminals of this process, as the kernel shows them in /proc: asking libc takes 15 ms. */
final class LinuxTty implements Tty {
  @Override
  public boolean isTerminal(int descriptor) {
    try {
      var device = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return device.startsWith("/dev/pts/")
          || device.startsWith("/dev/tty")
          || device.equals("/dev/console");
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public @Nullable Size size(int descriptor) {
    return null;
  }

  @Override
  public Raw makeRaw(int descriptor) {
    return () -> {};
  }
}
