package dev.kctl.image;

import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Zstd streams for tests. */
final class ZstdFixture {
  private ZstdFixture() {}

  /** One frame with a checksum. */
  static byte[] pack(byte[] content) {
    var packed = new ByteArrayOutputStream();
    try (var zstd = new ZstdOutputStream(packed)) {
      zstd.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  static byte[] skippable(byte[] content) {
    return ByteBuffer.allocate(8 + content.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0x184d2a5e)
        .putInt(content.length)
        .put(content)
        .array();
  }

  /** The start of a frame that needs a window of two to that power. */
  static byte[] window(int log) {
    return ByteBuffer.allocate(9)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0xfd2fb528)
        .put((byte) 0)
        .put((byte) ((log - 10) << 3))
        .array();
  }
}
