package dev.kctl.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Copies files whose holes are to stay holes: empty disks of 64 GiB that take 700 KiB. */
public final class SparseFiles {
  private SparseFiles() {}

  /**
   * Copies the data of a file and leaves its holes; where the file system can, both share their
   * blocks. The target must not exist; it gets mode 0600.
   *
   * @throws IOException where either file cannot be opened, or the disk is full; the target is then
   *     removed
   */
  public static void copy(Path source, Path target) throws IOException {
    try (var from = Descriptor.open(source, Libc.O_RDONLY);
        var to = Descriptor.open(target, Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL)) {
      try {
        if (!clone(from.number(), to.number())) {
          copyExtents(from.number(), to.number(), Files.size(source));
        }
      } catch (IOException e) {
        Files.deleteIfExists(target);
        throw e;
      }
    }
  }

  /** How many bytes of a file are data: about what it takes on the disk. */
  public static long dataBytes(Path file) throws IOException {
    try (var descriptor = Descriptor.open(file, Libc.O_RDONLY)) {
      var size = Files.size(file);
      var bytes = 0L;
      for (var start = nextData(descriptor.number(), 0, size); start < size; ) {
        var end = Libc.lseek(descriptor.number(), start, Libc.SEEK_HOLE);
        bytes += end - start;
        start = nextData(descriptor.number(), end, size);
      }
      return bytes;
    }
  }

  /** Only some file systems share blocks (ioctl_ficlone(2)); all others can be copied. */
  private static boolean clone(int from, int to) {
    try {
      Libc.clone(from, to);
      return true;
    } catch (ErrnoException _) {
      return false;
    }
  }

  private static void copyExtents(int from, int to, long size) throws IOException {
    Libc.ftruncate(to, size);
    for (var start = nextData(from, 0, size); start < size; ) {
      var end = Libc.lseek(from, start, Libc.SEEK_HOLE);
      while (start < end) {
        var copied = Libc.copyFileRange(from, to, start, end - start);
        if (copied == 0) {
          throw new IOException("the source became shorter while it was copied");
        }
        start += copied;
      }
      start = nextData(from, end, size);
    }
  }

  /** The offset of the next data, or the file's size where only a hole follows (lseek(2)). */
  private static long nextData(int fd, long offset, long size) throws ErrnoException {
    try {
      return Libc.lseek(fd, offset, Libc.SEEK_DATA);
    } catch (ErrnoException e) {
      if (e.errno() == Libc.ENXIO) {
        return size;
      }
      throw e;
    }
  }

  /** An open file by its number. */
  private record Descriptor(int number) implements AutoCloseable {
    static Descriptor open(Path path, int flags) throws ErrnoException {
      var all = flags | Libc.O_NOFOLLOW | Libc.O_CLOEXEC;
      return new Descriptor(Libc.open(path.toString(), all, 0600));
    }

    @Override
    public void close() throws ErrnoException {
      Libc.close(number);
    }
  }
}
