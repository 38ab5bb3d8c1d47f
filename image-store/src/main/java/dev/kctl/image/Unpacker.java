package dev.kctl.image;

/** Turns a blob's packed bytes into the layer's tar. */
interface Unpacker {
  /**
   * Reads the input to its end, which must be the end of what it holds.
   *
   * @throws MalformedLayer where it is not of the packing's format
   * @throws TruncatedLayer where it ends too early
   */
  void unpack(ChunkInput in, TarSink out);
}
