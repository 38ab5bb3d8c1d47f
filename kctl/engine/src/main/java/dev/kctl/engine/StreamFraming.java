package dev.kctl.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** How output travels to a client: as it is (a terminal), or in frames that name their stream. */
enum StreamFraming {
  RAW("application/vnd.docker.raw-stream"),
  MULTIPLEXED("application/vnd.docker.multiplexed-stream");

  private static final int MULTIPLEXED_SINCE = 42;
  private static final byte SYSTEM_ERROR = 3;

  private final String contentType;

  StreamFraming(String contentType) {
    this.contentType = contentType;
  }

  static StreamFraming of(boolean tty) {
    return tty ? RAW : MULTIPLEXED;
  }

  /** The type to name; clients older than API 1.42 know only the raw one, framed or not. */
  String contentType(int apiMinor) {
    return apiMinor < MULTIPLEXED_SINCE ? RAW.contentType : contentType;
  }

  /** What the engine itself has to tell; Docker's clients end with it as an error. */
  ByteBuffer error(String message) {
    var text = message.getBytes(StandardCharsets.UTF_8);
    return this == RAW
        ? ByteBuffer.wrap(("\r\n" + message + "\r\n").getBytes(StandardCharsets.UTF_8))
        : frame(SYSTEM_ERROR, text);
  }

  ByteBuffer frame(OutputStreamKind kind, byte[] data) {
    if (this == RAW) {
      return ByteBuffer.wrap(data);
    }
    return frame(kind.number(), data);
  }

  private static ByteBuffer frame(byte stream, byte[] data) {
    return ByteBuffer.allocate(8 + data.length)
        .put(stream)
        .put(new byte[3])
        .putInt(data.length)
        .put(data)
        .flip();
  }
}
