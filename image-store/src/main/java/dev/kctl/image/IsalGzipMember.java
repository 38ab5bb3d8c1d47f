package dev.kctl.image;

import dev.kctl.linux.Isal;

/** Inflates by ISA-L. */
final class IsalGzipMember implements GzipMember {
  private final Isal isal = Isal.open(ChunkRing.CHUNK);

  @Override
  public void inflate(ChunkInput in, TarSink out) {
    isal.startMember();
    while (!isal.isFinished()) {
      if (!in.fill()) {
        throw GzipMember.truncated();
      }
      var offered = in.available();
      isal.offer(in.bytes(), in.position(), offered);
      inflateOffered(out);
      in.advance(offered - isal.remaining());
    }
  }

  @Override
  public void close() {
    isal.close();
  }

  private void inflateOffered(TarSink out) {
    try {
      for (var count = -1; count != 0 && !isal.isFinished(); ) {
        count = isal.inflate(out.chunk(), out.position(), out.free());
        out.advance(count);
      }
    } catch (Isal.CorruptDataException e) {
      throw GzipMember.damaged(String.valueOf(e.getMessage()), e);
    }
    if (isal.remaining() > 0 && !isal.isFinished()) {
      throw GzipMember.damaged("ISA-L makes nothing of it");
    }
  }
}
