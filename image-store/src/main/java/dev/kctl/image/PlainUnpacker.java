package dev.kctl.image;

/** A tar that is not packed at all. */
final class PlainUnpacker implements Unpacker {
  @Override
  public void unpack(ChunkInput in, TarSink out) {
    while (in.fill()) {
      out.advance(in.read(out.chunk(), out.position(), Math.min(out.free(), in.available())));
    }
  }
}
