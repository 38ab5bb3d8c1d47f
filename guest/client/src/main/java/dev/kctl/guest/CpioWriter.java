package dev.kctl.guest;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes a small archive in the "newc" format (Linux: {@code
 * Documentation/driver-api/early-userspace/buffer-format.rst}). Everything belongs to root and has
 * the time 0.
 */
final class CpioWriter {
  /** Archives are padded to this many bytes. */
  static final int BLOCK = 512;

  private static final int ALIGNMENT = 4;
  private static final int S_IFDIR = 0040000;
  private static final int S_IFREG = 0100000;
  private static final String TRAILER = "TRAILER!!!";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int inode;

  void directory(String name, int permissions) {
    entry(name, S_IFDIR | permissions, new byte[0]);
  }

  void file(String name, int permissions, byte[] content) {
    entry(name, S_IFREG | permissions, content);
  }

  /** The finished archive. */
  ByteBuffer finish() {
    entry(TRAILER, 0, new byte[0]);
    pad(BLOCK);
    return ByteBuffer.wrap(out.toByteArray());
  }

  private void entry(String name, int mode, byte[] content) {
    var nameBytes = name.getBytes(StandardCharsets.UTF_8);
    var links = 1;
    var header =
        "070701"
            + hex(++inode)
            + hex(mode)
            + hex(0)
            + hex(0)
            + hex(links)
            + hex(0)
            + hex(content.length)
            + hex(0).repeat(4)
            + hex(nameBytes.length + 1)
            + hex(0);
    out.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(nameBytes);
    out.write(0);
    pad(ALIGNMENT);
    out.writeBytes(content);
    pad(ALIGNMENT);
  }

  private void pad(int alignment) {
    while (out.size() % alignment != 0) {
      out.write(0);
    }
  }

  private static String hex(int value) {
    return "%08X".formatted(value);
  }
}
