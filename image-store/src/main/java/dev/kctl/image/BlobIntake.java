package dev.kctl.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/** A blob on its way to the converter, kept in a file as it passes. */
final class BlobIntake extends FilterInputStream {
  private final FileChannel file;
  private final long size;
  private final LongConsumer progress;
  private volatile long received;

  /** The copy could not be written, as opposed to: the transfer broke. */
  static final class CopyFailed extends IOException {
    CopyFailed(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** The registry sends more than the manifest announced. */
  static final class TooLong extends IOException {
    TooLong(long size) {
      super("it is longer than the " + size + " bytes its manifest says");
    }
  }

  /**
   * Begins a transfer anew.
   *
   * @param target replaced if it exists
   * @param size as the manifest says
   * @param progress told the bytes that have arrived
   */
  BlobIntake(InputStream body, Path target, long size, LongConsumer progress) throws IOException {
    super(body);
    this.size = size;
    this.progress = progress;
    file =
        FileChannel.open(
            target,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
  }

  /** Bytes that have arrived. */
  long received() {
    return received;
  }

  /** Makes the copy durable. */
  void sync() throws IOException {
    file.force(true);
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    var count = in.read(buffer, offset, length);
    if (count > 0) {
      keep(ByteBuffer.wrap(buffer, offset, count));
      var sum = received + count;
      received = sum;
      if (sum > size) {
        throw new TooLong(size);
      }
      progress.accept(sum);
    }
    return count;
  }

  private void keep(ByteBuffer bytes) throws IOException {
    try {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    } catch (IOException e) {
      throw new CopyFailed(e);
    }
  }

  @Override
  public long skip(long count) throws IOException {
    throw new IOException("every byte is kept: none can be skipped");
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  @Override
  public void close() throws IOException {
    try (file) {
      super.close();
    }
  }
}
