package dev.kctl.cli;

import dev.kctl.linux.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The terminals of this process. Whether there is one is read from /proc: asking libc costs 15 ms,
 * and only those pay who want its size or raw mode.
 */
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
    return Terminal.size(descriptor)
        .map(size -> new Size(size.rows(), size.columns()))
        .orElse(null);
  }

  @Override
  public Raw makeRaw(int descriptor) {
    try {
      var saved = Terminal.makeRaw(descriptor);
      return () -> restore(saved);
    } catch (IOException e) {
      throw new NoTerminal("the terminal cannot be made raw: " + e.getMessage());
    }
  }

  private static void restore(Terminal.Saved saved) {
    try {
      saved.restore();
    } catch (IOException _) {
      // It has gone, and with it what there was to restore.
    }
  }
}
