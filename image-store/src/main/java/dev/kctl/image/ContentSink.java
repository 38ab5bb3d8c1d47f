package dev.kctl.image;

/** Takes a file's content in order. */
interface ContentSink {
  void data(byte[] bytes, int offset, int length);

  /** A hole. */
  void zeros(long count);
}
