package dev.kctl.image;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads gzip of one or more members (RFC 1952), checking each one's length and CRC. */
final class GzipUnpacker implements Unpacker {
  private static final int HEADER_CRC = 1 << 1;
  private static final int EXTRA = 1 << 2;
  private static final int NAME = 1 << 3;
  private static final int COMMENT = 1 << 4;
  private static final int RESERVED = 0xe0;

  @Override
  public void unpack(ChunkInput in, TarSink out) {
    try (var inflater = new Inflater(true)) {
      do {
        readHeader(in);
        inflater.reset();
        inflateMember(in, out, inflater);
      } while (in.fill());
    }
  }

  private static void inflateMember(ChunkInput in, TarSink out, Inflater inflater) {
    var crc = new CRC32();
    while (!inflater.finished()) {
      if (!in.fill()) {
        throw truncated();
      }
      var offered = in.available();
      inflater.setInput(in.bytes(), in.position(), offered);
      inflateOffered(out, inflater, crc);
      in.advance(offered - inflater.getRemaining());
    }
    checkTrailer(in, crc.getValue(), inflater.getBytesWritten());
  }

  private static void inflateOffered(TarSink out, Inflater inflater, CRC32 crc) {
    while (!inflater.finished()) {
      var count = inflate(inflater, out);
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

  private static int inflate(Inflater inflater, TarSink out) {
    try {
      return inflater.inflate(out.chunk(), out.position(), out.free());
    } catch (DataFormatException e) {
      throw new MalformedLayer("the layer's gzip stream is damaged: " + e.getMessage(), e);
    }
  }

  private static void checkTrailer(ChunkInput in, long crc, long length) {
    if (littleEndian(in, 4) != crc) {
      throw new MalformedLayer("the layer's gzip stream is damaged: its CRC does not match");
    }
    if (littleEndian(in, 4) != (length & 0xffff_ffffL)) {
      throw new MalformedLayer("the layer's gzip stream is damaged: its length does not match");
    }
  }

  private static void readHeader(ChunkInput in) {
    if (littleEndian(in, 2) != 0x8b1f) {
      throw new MalformedLayer("the layer's gzip stream is followed by something else");
    }
    if (require(in) != 8) {
      throw new MalformedLayer("the layer's gzip stream uses an unknown compression method");
    }
    var flags = require(in);
    if ((flags & RESERVED) != 0) {
      throw new MalformedLayer("the layer's gzip header has reserved flags set");
    }
    skip(in, 6);
    if ((flags & EXTRA) != 0) {
      skip(in, littleEndian(in, 2));
    }
    if ((flags & NAME) != 0) {
      skipString(in);
    }
    if ((flags & COMMENT) != 0) {
      skipString(in);
    }
    if ((flags & HEADER_CRC) != 0) {
      skip(in, 2);
    }
  }

  private static void skipString(ChunkInput in) {
    while (require(in) != 0) {
      // the name and the comment say nothing about the layer
    }
  }

  private static void skip(ChunkInput in, long count) {
    if (!in.skip(count)) {
      throw truncated();
    }
  }

  private static long littleEndian(ChunkInput in, int bytes) {
    var value = 0L;
    for (var i = 0; i < bytes; i++) {
      value |= (long) require(in) << (8 * i);
    }
    return value;
  }

  private static int require(ChunkInput in) {
    var value = in.read();
    if (value < 0) {
      throw truncated();
    }
    return value;
  }

  private static TruncatedLayer truncated() {
    return new TruncatedLayer("the layer's gzip stream ends in the middle");
  }
}
