package dev.kctl.image;

import java.io.InputStream;

/**
 * Follows the frames of a zstd stream (RFC 8878) without decoding them: it leaves out skippable
 * frames (zstd:chunked keeps its index in one), sees a cut or continued stream for what it is, and
 * refuses a window the decoder would not hold.
 */
final class ZstdFrames extends InputStream {
  static final int MAGIC = 0xfd2fb528;
  private static final int SKIPPABLE_MAGIC = 0x184d2a50;
  private static final int MAX_BLOCK = 128 << 10;
  private static final long MAX_WINDOW = 8 << 20;
  private static final int RLE = 1;
  private static final int RESERVED = 3;

  private final ChunkInput in;
  private final byte[] header = new byte[18];
  private int headerPosition;
  private int headerLength;
  private int payload;
  private boolean insideFrame;
  private boolean checksum;
  private boolean lastBlock;

  ZstdFrames(ChunkInput in) {
    this.in = in;
  }

  static boolean isSkippable(int magic) {
    return (magic & ~0xf) == SKIPPABLE_MAGIC;
  }

  @Override
  public int read() {
    var single = new byte[1];
    return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    if (headerPosition == headerLength && payload == 0 && !advance()) {
      return -1;
    }
    if (headerPosition < headerLength) {
      var count = Math.min(length, headerLength - headerPosition);
      System.arraycopy(header, headerPosition, target, offset, count);
      headerPosition += count;
      return count;
    }
    if (!in.fill()) {
      throw truncated();
    }
    var count = in.read(target, offset, Math.min(Math.min(length, payload), in.available()));
    payload -= count;
    return count;
  }

  /** Reads the next header into the buffer; false at the end of the stream. */
  private boolean advance() {
    headerPosition = 0;
    headerLength = 0;
    if (!insideFrame) {
      return startFrame();
    }
    if (lastBlock) {
      insideFrame = false;
      if (!checksum) {
        return startFrame();
      }
      take(4);
      return true;
    }
    startBlock();
    return true;
  }

  private boolean startFrame() {
    while (in.fill()) {
      headerLength = 0;
      take(4);
      var magic = (int) littleEndian(0, 4);
      if (magic == MAGIC) {
        readFrameHeader();
        return true;
      }
      if (!isSkippable(magic)) {
        throw new MalformedLayer("the layer's zstd stream is followed by something else");
      }
      take(4);
      if (!in.skip(littleEndian(4, 4))) {
        throw truncated();
      }
      headerLength = 0;
    }
    return false;
  }

  private void readFrameHeader() {
    take(1);
    var descriptor = header[4] & 0xff;
    var singleSegment = (descriptor & 0x20) != 0;
    checksum = (descriptor & 4) != 0;
    if ((descriptor & 3) != 0) {
      throw new UnsupportedLayer("the layer's zstd stream needs a dictionary");
    }
    var sizeField = descriptor >> 6;
    var sizeBytes = sizeField == 0 && !singleSegment ? 0 : 1 << sizeField;
    var windowBytes = singleSegment ? 0 : 1;
    take(windowBytes + sizeBytes);
    var window = singleSegment ? contentSize(sizeBytes) : windowSize(header[5] & 0xff);
    if (window < 0 || window > MAX_WINDOW) {
      throw new UnsupportedLayer(
          "the layer's zstd stream needs a window of "
              + Long.toUnsignedString(window)
              + " bytes; kctl reads up to "
              + MAX_WINDOW);
    }
    insideFrame = true;
    lastBlock = false;
  }

  private long contentSize(int bytes) {
    var size = littleEndian(5, bytes);
    return bytes == 2 ? size + 256 : size;
  }

  private static long windowSize(int descriptor) {
    var base = 1L << (10 + (descriptor >> 3));
    return base + base / 8 * (descriptor & 7);
  }

  private void startBlock() {
    take(3);
    var block = (int) littleEndian(0, 3);
    var type = (block >> 1) & 3;
    var size = block >>> 3;
    if (type == RESERVED || size > MAX_BLOCK) {
      throw new MalformedLayer("the layer's zstd stream is damaged: no such block");
    }
    lastBlock = (block & 1) != 0;
    payload = type == RLE ? 1 : size;
  }

  private void take(int count) {
    if (in.read(header, headerLength, count) != count) {
      throw truncated();
    }
    headerLength += count;
  }

  private long littleEndian(int offset, int bytes) {
    var value = 0L;
    for (var i = 0; i < bytes; i++) {
      value |= (header[offset + i] & 0xffL) << (8 * i);
    }
    return value;
  }

  private static TruncatedLayer truncated() {
    return new TruncatedLayer("the layer's zstd stream ends in the middle");
  }
}
