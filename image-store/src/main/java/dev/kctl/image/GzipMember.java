package dev.kctl.image;

/**
 * Inflates what is behind a gzip member's header, and checks its length and CRC. For one thread.
 */
interface GzipMember extends AutoCloseable {
  /**
   * Reads to the member's end and no further.
   *
   * @throws MalformedLayer where the data is damaged
   * @throws TruncatedLayer where the input ends before the member
   */
  void inflate(ChunkInput in, TarSink out);

  @Override
  void close();

  static MalformedLayer damaged(String reason, Throwable cause) {
    return new MalformedLayer("the layer's gzip stream is damaged: " + reason, cause);
  }

  static MalformedLayer damaged(String reason) {
    return new MalformedLayer("the layer's gzip stream is damaged: " + reason);
  }

  static TruncatedLayer truncated() {
    return new TruncatedLayer("the layer's gzip stream ends in the middle");
  }
}
