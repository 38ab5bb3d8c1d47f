package dev.kctl.image;

/** Gathers unpacked bytes into the ring's chunks, and refuses a bomb. */
final class TarSink {
  private final ChunkRing ring;
  private final long limit;
  private byte[] chunk;
  private int used;
  private long total;

  TarSink(ChunkRing ring, long limit) {
    this.ring = ring;
    this.limit = limit;
    chunk = ring.acquire();
  }

  /** The chunk under construction; free from {@link #position} to its end, never empty. */
  byte[] chunk() {
    return chunk;
  }

  int position() {
    return used;
  }

  int free() {
    return chunk.length - used;
  }

  /** Says that so many bytes have been put at the position. */
  void advance(int count) {
    used += count;
    total += count;
    if (total > limit) {
      throw new LayerTooBig("the layer unpacks to more than " + limit + " bytes");
    }
    if (used == chunk.length) {
      ring.publish(used);
      chunk = ring.acquire();
      used = 0;
    }
  }

  /** Hands on what is left and ends the stream. */
  void end() {
    ring.publish(used);
    ring.end();
  }

  long total() {
    return total;
  }
}
