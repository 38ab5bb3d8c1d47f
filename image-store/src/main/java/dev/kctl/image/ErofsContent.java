package dev.kctl.image;

/** Takes the contents of files, one after the other, into the image. */
interface ErofsContent extends ContentSink {
  /**
   * Starts a file.
   *
   * @return its first block, or {@link Erofs#NO_BLOCK} for an empty one
   */
  int begin(long size);

  /** Ends the file, filling its last block up. */
  void end();
}
