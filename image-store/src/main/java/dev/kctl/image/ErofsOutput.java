package dev.kctl.image;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The image's file: written front to back with holes where it is zero, and block 0 at the end. */
final class ErofsOutput implements AutoCloseable {
  private static final int BUFFER = 1 << 20;

  /** Below this, writing zeros is cheaper than the seek and the extent a hole costs. */
  private static final int SMALLEST_HOLE = 64 << 10;

  private final Path target;
  private final long limit;
  private final RandomAccessFile file;
  private final FileChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);

  /** Where the buffer's first byte belongs. */
  private long start;

  ErofsOutput(Path target, long limit) {
    this.target = target;
    this.limit = limit;
    try {
      file = new RandomAccessFile(target.toFile(), "rw");
      channel = file.getChannel();
      file.setLength(0);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  long position() {
    return start + buffer.position();
  }

  void data(byte[] bytes, int offset, int length) {
    checkLimit(length);
    var at = offset;
    var left = length;
    while (left > 0) {
      var step = Math.min(left, buffer.remaining());
      buffer.put(bytes, at, step);
      at += step;
      left -= step;
      flushWhenFull();
    }
  }

  void zeros(long count) {
    checkLimit(count);
    if (count >= SMALLEST_HOLE) {
      flush();
      start += count;
      return;
    }
    var left = (int) count;
    while (left > 0) {
      var step = Math.min(left, buffer.remaining());
      for (var end = buffer.position() + step; buffer.position() < end; ) {
        buffer.put((byte) 0);
      }
      left -= step;
      flushWhenFull();
    }
  }

  void align() {
    zeros(Erofs.align(position()) - position());
  }

  /** Extends the file by a hole to a multiple of so many bytes, a power of two. */
  void pad(long multiple) {
    flush();
    try {
      start = (start + multiple - 1) & -multiple;
      file.setLength(start);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Writes what was left out at the file's start. */
  void writeFirst(ByteBuffer block) {
    write(block, 0);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void checkLimit(long count) {
    if (count < 0 || count > limit - position()) {
      throw new LayerTooBig("the layer expands to an image of more than " + limit + " bytes");
    }
  }

  private void flushWhenFull() {
    if (!buffer.hasRemaining()) {
      flush();
    }
  }

  private void flush() {
    buffer.flip();
    var length = buffer.limit();
    write(buffer, start);
    start += length;
    buffer.clear();
  }

  private void write(ByteBuffer bytes, long position) {
    try {
      for (var at = position; bytes.hasRemaining(); ) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private LayerNotWritten failed(IOException e) {
    return new LayerNotWritten(
        "layer image " + target + " cannot be written: " + e.getMessage(), e);
  }
}
