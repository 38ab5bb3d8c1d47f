package dev.kctl.net;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A lock that one engine holds as long as it lives; the kernel gives it back when it dies. */
final class EngineLock implements AutoCloseable {
  private final FileChannel channel;

  private EngineLock(FileChannel channel) {
    this.channel = channel;
  }

  static EngineLock take(Path file) {
    try {
      var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isLocked(channel)) {
        return new EngineLock(channel);
      }
      channel.close();
    } catch (IOException e) {
      throw new NetworkFilesFailed("cannot lock " + file + ": " + e.getMessage(), e);
    }
    throw new LeasesInUse(file + " is held by another engine: stop that one first");
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false; // another one in this JVM
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new NetworkFilesFailed("cannot unlock: " + e.getMessage(), e);
    }
  }
}
