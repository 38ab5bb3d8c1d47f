package dev.kctl.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The store's one lock, for changes only. A file lock alone would throw where a second thread of
 * this JVM asks for it, a lock of this JVM alone would not hold another process.
 */
final class StoreLock {
  private static final Map<Path, ReentrantLock> OF_THIS_JVM = new ConcurrentHashMap<>();

  private final Path file;
  private final ReentrantLock threads;

  StoreLock(Path file) {
    this.file = file.toAbsolutePath().normalize();
    threads = OF_THIS_JVM.computeIfAbsent(this.file, _ -> new ReentrantLock());
  }

  /** A change of the store. */
  @FunctionalInterface
  interface Change<T extends @Nullable Object> {
    T make() throws IOException;
  }

  /** Makes the change while nobody else makes one. Not to be nested. */
  <T extends @Nullable Object> T locked(Change<T> change) throws IOException {
    threads.lock();
    try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = channel.lock()) {
      return change.make();
    } finally {
      threads.unlock();
    }
  }
}
