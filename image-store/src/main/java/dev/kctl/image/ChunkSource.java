package dev.kctl.image;

/** Where a stage takes its bytes from, a chunk at a time. */
interface ChunkSource {
  /**
   * Waits for the next chunk and gives the one before it back.
   *
   * @return false at the end of the stream
   */
  boolean next();

  /** The chunk's buffer; its bytes start at 0. */
  byte[] bytes();

  /** How many bytes of the buffer are the chunk's. */
  int length();
}
