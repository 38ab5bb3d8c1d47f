package dev.kctl.guest;

import dev.kctl.guest.proto.BootConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The initramfs of one machine: the agent's archive, and a second one with its configuration. */
public final class BootImage {
  /** As the agent expects it. */
  private static final String CONFIG = "kctl/boot";

  /**
   * QEMU's firmware lays its ACPI tables into what an image leaves of the last page of memory, and
   * from version 10 on over the image itself where that is too little: no boot. A whole number of
   * pages leaves nothing to use.
   */
  static final int PAGE = 4096;

  private BootImage() {}

  /**
   * Writes the image, mode 0600 as it holds the token. An older file of the same name is replaced.
   */
  public static void write(Path agentCpio, BootConfig config, Path target) {
    var ours = new CpioWriter();
    ours.directory("kctl", 0700);
    ours.file(CONFIG, 0400, config.toByteArray());
    var tail = ours.finish();
    try {
      Files.deleteIfExists(target);
      try (var source = FileChannel.open(agentCpio, StandardOpenOption.READ);
          var image = create(target)) {
        copy(source, image);
        writeFully(image, ByteBuffer.wrap(padding(image.size(), CpioWriter.BLOCK)));
        writeFully(image, tail);
        writeFully(image, ByteBuffer.wrap(padding(image.size(), PAGE)));
      }
    } catch (IOException e) {
      throw new BootImageFailed("boot image %s from %s: %s".formatted(target, agentCpio, e), e);
    }
  }

  private static FileChannel create(Path target) throws IOException {
    return FileChannel.open(
        target,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private static void copy(FileChannel source, FileChannel target) throws IOException {
    var size = source.size();
    for (var done = 0L; done < size; ) {
      var count = source.transferTo(done, size - done, target);
      if (count <= 0) {
        throw new IOException("the agent's archive became shorter while it was read");
      }
      done += count;
    }
  }

  private static void writeFully(FileChannel target, ByteBuffer data) throws IOException {
    while (data.hasRemaining()) {
      target.write(data);
    }
  }

  /** The kernel takes zeros between archives and after them; each begins at a multiple of four. */
  private static byte[] padding(long size, int block) {
    return new byte[(int) Math.floorMod(-size, (long) block)];
  }
}
