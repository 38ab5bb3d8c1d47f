package dev.kctl.engine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Makes sure that a root has one engine; the kernel gives it up with the process. */
final class EngineLock {
  private static final long POLL_MILLIS = 10;

  /** Never closed: the lock lives as long as the process. */
  private final FileChannel file;

  private EngineLock(FileChannel file) {
    this.file = file;
  }

  /** Takes it, waiting for an engine that is about to leave; empty where another one stays. */
  static Optional<EngineLock> take(Path path, Duration patience)
      throws IOException, InterruptedException {
    var file =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    var deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      if (file.tryLock() != null) {
        return Optional.of(new EngineLock(file));
      }
      if (System.nanoTime() - deadline > 0) {
        file.close();
        return Optional.empty();
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  boolean isHeld() {
    return file.isOpen();
  }
}
