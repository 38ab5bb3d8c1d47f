package dev.kctl.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What kctl's own clients get instead of Docker's frames: each names its place in the container's
 * output, so that a client whose engine was killed asks the next one for what comes after it.
 *
 * <p>24 bytes before the content: kind, three zeros, length (4), run (8), sequence (8), all big
 * endian.
 */
final class NumberedFrame {
  static final String CONTENT_TYPE = "application/vnd.kctl.numbered-stream";

  private static final int HEADER = 24;

  /** 1 and 2 are stdout and stderr, as in Docker's frames. */
  enum Kind {
    /** Where the stream begins: what follows comes after this place. */
    BEGIN(3),
    /** How many bytes of the client's input the container has got on this connection. */
    ACCEPTED(4),
    /** The run has ended; its exit code, or nothing where only the log is at its end. */
    END(5),
    /** Before the end of a run: why it came, where the process had no part in it. */
    WHY(6);

    private final byte number;

    Kind(int number) {
      this.number = (byte) number;
    }
  }

  private NumberedFrame() {}

  static ByteBuffer output(int run, OutputChunk chunk) {
    return frame(chunk.kind().number(), run, chunk.sequence(), chunk.data());
  }

  static ByteBuffer begin(int run, long after) {
    return frame(Kind.BEGIN.number, run, after, new byte[0]);
  }

  static ByteBuffer accepted(int run, long bytes) {
    return frame(Kind.ACCEPTED.number, run, 0, ByteBuffer.allocate(8).putLong(bytes).array());
  }

  static ByteBuffer end(int run, int exitCode) {
    return frame(Kind.END.number, run, 0, ByteBuffer.allocate(4).putInt(exitCode).array());
  }

  static ByteBuffer why(int run, String words) {
    return frame(Kind.WHY.number, run, 0, words.getBytes(StandardCharsets.UTF_8));
  }

  static ByteBuffer endOfLog(int run) {
    return frame(Kind.END.number, run, 0, new byte[0]);
  }

  private static ByteBuffer frame(byte kind, int run, long sequence, byte[] content) {
    return ByteBuffer.allocate(HEADER + content.length)
        .put(kind)
        .put(new byte[3])
        .putInt(content.length)
        .putLong(run)
        .putLong(sequence)
        .put(content)
        .flip();
  }
}
