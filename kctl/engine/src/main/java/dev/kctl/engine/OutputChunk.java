package dev.kctl.engine;

/** A piece of a container's output. */
final class OutputChunk {
  private final long sequence;
  private final long timeNanos;
  private final OutputStreamKind kind;
  private final byte[] data;

  /**
   * A piece.
   *
   * @param data not to be changed any more
   */
  OutputChunk(long sequence, long timeNanos, OutputStreamKind kind, byte[] data) {
    this.sequence = sequence;
    this.timeNanos = timeNanos;
    this.kind = kind;
    this.data = data;
  }

  /** Its number within the run, from 1. */
  long sequence() {
    return sequence;
  }

  /** When it was written, Unix time. */
  long timeNanos() {
    return timeNanos;
  }

  OutputStreamKind kind() {
    return kind;
  }

  byte[] data() {
    return data;
  }
}
