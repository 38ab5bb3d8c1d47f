package dev.kctl.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One frame of the engine's numbered streams: 24 bytes of kind, length, run and sequence before the
 * content. It is read whole or not at all.
 */
final class NumberedFrame {
  static final int STDOUT = 1;
  static final int STDERR = 2;
  static final int BEGIN = 3;
  static final int ACCEPTED = 4;
  static final int END = 5;
  static final int WHY = 6;

  private static final int HEADER = 24;
  private static final int LONGEST = 16 << 20;

  private final int kind;
  private final long run;
  private final long sequence;
  private final byte[] content;

  private NumberedFrame(int kind, long run, long sequence, byte[] content) {
    this.kind = kind;
    this.run = run;
    this.sequence = sequence;
    this.content = content;
  }

  int kind() {
    return kind;
  }

  long run() {
    return run;
  }

  long sequence() {
    return sequence;
  }

  /** Not to be changed. */
  byte[] content() {
    return content;
  }

  /** The next frame, or null at the stream's end. */
  static @Nullable NumberedFrame read(InputStream in) throws IOException {
    var header = in.readNBytes(HEADER);
    if (header.length == 0) {
      return null;
    }
    if (header.length < HEADER) {
      throw new EOFException("the container's output broke off");
    }
    var fields = ByteBuffer.wrap(header);
    var kind = fields.get(0);
    var length = fields.getInt(4);
    if (length < 0 || length > LONGEST) {
      throw new IOException("a frame of " + length + " bytes");
    }
    var content = in.readNBytes(length);
    if (content.length < length) {
      throw new EOFException("the container's output broke off");
    }
    return new NumberedFrame(kind, fields.getLong(8), fields.getLong(16), content);
  }

  /** The number that is the content of some frames. */
  long number() {
    var bytes = ByteBuffer.wrap(content);
    return switch (content.length) {
      case 4 -> bytes.getInt();
      case 8 -> bytes.getLong();
      default -> -1;
    };
  }
}
