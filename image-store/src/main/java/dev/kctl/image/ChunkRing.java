package dev.kctl.image;

/**
 * A bounded ring of pooled buffers between threads: one producer, and a fixed number of consumers
 * that each see every chunk. A buffer returns to the producer when the slowest has let go of it.
 */
final class ChunkRing {
  /** Large enough that the lock costs nothing, small enough to stay in the second-level cache. */
  static final int CHUNK = 256 << 10;

  private final byte[][] buffers;
  private final int[] lengths;
  private final long[] released;
  private long published;
  private boolean ended;
  private boolean stopped;

  ChunkRing(int slots, int consumers) {
    buffers = new byte[slots][];
    lengths = new int[slots];
    released = new long[consumers];
  }

  /** The producer's next buffer, {@link #CHUNK} bytes; waits while the ring is full. */
  synchronized byte[] acquire() {
    while (!stopped && published - slowest() == buffers.length) {
      await();
    }
    failWhenStopped();
    var slot = (int) (published % buffers.length);
    if (buffers[slot] == null) {
      buffers[slot] = new byte[CHUNK];
    }
    return buffers[slot];
  }

  /** Hands the acquired buffer on; an empty one is kept for the next time. */
  synchronized void publish(int length) {
    if (length > 0) {
      lengths[(int) (published % buffers.length)] = length;
      published++;
      notifyAll();
    }
  }

  /** Says that no chunk follows. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Makes everybody who waits, or comes to wait, fail with {@link PipelineStopped}. */
  synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  /** The view of one consumer, for one thread. */
  ChunkSource source(int consumer) {
    return new Cursor(consumer);
  }

  /** Waits for chunk number {@code index}: its slot, or -1 where the stream ends before it. */
  private synchronized int awaitChunk(int consumer, long index) {
    released[consumer] = index;
    notifyAll();
    while (!stopped && !ended && published == index) {
      await();
    }
    failWhenStopped();
    return published == index ? -1 : (int) (index % buffers.length);
  }

  private long slowest() {
    var slowest = published;
    for (var count : released) {
      slowest = Math.min(slowest, count);
    }
    return slowest;
  }

  @SuppressWarnings("WaitNotInLoop") // its callers loop
  private void await() {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PipelineStopped(e);
    }
  }

  private void failWhenStopped() {
    if (stopped) {
      throw new PipelineStopped(null);
    }
  }

  private final class Cursor implements ChunkSource {
    private final int consumer;
    private long nextIndex;
    private int slot = -1;

    private Cursor(int consumer) {
      this.consumer = consumer;
    }

    @Override
    public boolean next() {
      slot = awaitChunk(consumer, nextIndex);
      if (slot < 0) {
        return false;
      }
      nextIndex++;
      return true;
    }

    @Override
    public byte[] bytes() {
      return buffers[slot];
    }

    @Override
    public int length() {
      return lengths[slot];
    }
  }
}
