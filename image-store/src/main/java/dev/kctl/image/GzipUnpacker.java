package dev.kctl.image;

/** Reads gzip of one or more members (RFC 1952), checking each one's length and CRC. */
final class GzipUnpacker implements Unpacker {
  private static final int HEADER_CRC = 1 << 1;
  private static final int EXTRA = 1 << 2;
  private static final int NAME = 1 << 3;
  private static final int COMMENT = 1 << 4;
  private static final int RESERVED = 0xe0;

  private final GzipLibrary library;

  GzipUnpacker(GzipLibrary library) {
    this.library = library;
  }

  @Override
  public void unpack(ChunkInput in, TarSink out) {
    try (var member = library.open()) {
      do {
        readHeader(in);
        member.inflate(in, out);
      } while (in.fill());
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
      throw GzipMember.truncated();
    }
  }

  static long littleEndian(ChunkInput in, int bytes) {
    var value = 0L;
    for (var i = 0; i < bytes; i++) {
      value |= (long) require(in) << (8 * i);
    }
    return value;
  }

  private static int require(ChunkInput in) {
    var value = in.read();
    if (value < 0) {
      throw GzipMember.truncated();
    }
    return value;
  }
}
