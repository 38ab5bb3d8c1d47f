package dev.kctl.guest;

import java.nio.ByteBuffer;

/** A container's standard input. */
public interface InputSink extends AutoCloseable {
  /** Blocks while the container does not read. Takes {@code data} of any length. */
  void write(ByteBuffer data);

  /** End of input. */
  @Override
  void close();
}
