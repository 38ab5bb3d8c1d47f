package dev.kctl.image;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Inflates by the JDK's zlib, which is always there. */
final class JdkGzipMember implements GzipMember {
  private final Inflater inflater = new Inflater(true);

  @Override
  public void inflate(ChunkInput in, TarSink out) {
    inflater.reset();
    var crc = new CRC32();
    while (!inflater.finished()) {
      if (!in.fill()) {
        throw GzipMember.truncated();
      }
      var offered = in.available();
      inflater.setInput(in.bytes(), in.position(), offered);
      inflateOffered(out, crc);
      in.advance(offered - inflater.getRemaining());
    }
    checkTrailer(in, crc.getValue(), inflater.getBytesWritten());
  }

  @Override
  public void close() {
    inflater.close();
  }

  private void inflateOffered(TarSink out, CRC32 crc) {
    while (!inflater.finished()) {
      var count = inflateInto(out);
      if (count == 0 && !inflater.finished()) {
        if (inflater.needsInput()) {
          return;
        }
        throw new MalformedLayer("the layer's gzip stream asks for a preset dictionary");
      }
      crc.update(out.chunk(), out.position(), count);
      out.advance(count);
    }
  }

  private int inflateInto(TarSink out) {
    try {
      return inflater.inflate(out.chunk(), out.position(), out.free());
    } catch (DataFormatException e) {
      throw GzipMember.damaged(String.valueOf(e.getMessage()), e);
    }
  }

  private static void checkTrailer(ChunkInput in, long crc, long length) {
    if (GzipUnpacker.littleEndian(in, 4) != crc) {
      throw GzipMember.damaged("its CRC does not match");
    }
    if (GzipUnpacker.littleEndian(in, 4) != (length & 0xffff_ffffL)) {
      throw GzipMember.damaged("its length does not match");
    }
  }
}
