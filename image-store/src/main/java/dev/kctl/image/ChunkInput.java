package dev.kctl.image;

/** Reads bytes out of chunks, across their borders. */
final class ChunkInput {
  private static final byte[] NOTHING = new byte[0];

  private final ChunkSource source;
  private byte[] bytes = NOTHING;
  private int position;
  private int limit;

  ChunkInput(ChunkSource source) {
    this.source = source;
  }

  /** Makes {@link #available} positive; false at the end of the stream. */
  boolean fill() {
    while (position == limit) {
      if (!source.next()) {
        return false;
      }
      bytes = source.bytes();
      position = 0;
      limit = source.length();
    }
    return true;
  }

  /** The buffer that holds the available bytes, from {@link #position} on. */
  byte[] bytes() {
    return bytes;
  }

  int position() {
    return position;
  }

  /** Bytes that can be had without waiting. */
  int available() {
    return limit - position;
  }

  /** Takes available bytes. */
  void advance(int count) {
    position += count;
  }

  /** One byte, or -1 at the end of the stream. */
  int read() {
    return fill() ? bytes[position++] & 0xff : -1;
  }

  /** Fills the target as far as the stream goes; returns how far that was. */
  int read(byte[] target, int offset, int length) {
    var done = 0;
    while (done < length && fill()) {
      var count = Math.min(length - done, available());
      System.arraycopy(bytes, position, target, offset + done, count);
      position += count;
      done += count;
    }
    return done;
  }

  /** Passes over bytes; returns false where the stream ends before. */
  boolean skip(long count) {
    var left = count;
    while (left > 0 && fill()) {
      var step = (int) Math.min(left, available());
      position += step;
      left -= step;
    }
    return left == 0;
  }

  /** Reads on to the end of the stream, for those who hash it beside. */
  void drain() {
    while (fill()) {
      position = limit;
    }
  }
}
