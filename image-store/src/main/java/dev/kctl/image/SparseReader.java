package dev.kctl.image;

/** Reads the maps of sparse files that stand outside PAX records. */
final class SparseReader {
  private static final int MAX_MAP = 1 << 20;
  private static final int PAIR = 24;

  private final byte[] name;
  private final ChunkInput in;
  private final long stored;
  private final SparseMap.Builder regions;
  private long consumed;

  private SparseReader(byte[] name, ChunkInput in, long stored) {
    this.name = name;
    this.in = in;
    this.stored = stored;
    regions = new SparseMap.Builder(name);
  }

  /** GNU's old format: four regions in the header, more in the blocks after it. */
  static SparseMap oldGnu(byte[] name, ChunkInput in, TarBlock block, long stored) {
    if (!block.isGnu()) {
      throw MalformedLayer.entry(name, "sparse file in a tar that is not GNU's");
    }
    var size = block.number(483, 12, "real size");
    var reader = new SparseReader(name, in, stored);
    var more = reader.addPairs(block, 386, 4) && block.bytes()[482] != 0;
    while (more) {
      if (in.read(block.bytes(), 0, TarBlock.SIZE) != TarBlock.SIZE) {
        throw reader.unfinished();
      }
      more = reader.addPairs(block, 0, 21) && block.bytes()[504] != 0;
    }
    return reader.regions.build(size, stored);
  }

  /** PAX format 1.0: decimal lines in front of the content, filled up to a whole block. */
  static SparseReader inContent(byte[] name, ChunkInput in, long stored) {
    var reader = new SparseReader(name, in, stored);
    var pairs = reader.line();
    for (var i = 0L; i < 2 * pairs; i++) {
      reader.regions.add(reader.line());
    }
    var fill = -reader.consumed & (TarBlock.SIZE - 1);
    reader.consumed += fill;
    if (reader.consumed > stored || !in.skip(fill)) {
      throw reader.unfinished();
    }
    return reader;
  }

  SparseMap.Builder regions() {
    return regions;
  }

  /** Bytes of the content the map took. */
  long consumed() {
    return consumed;
  }

  private boolean addPairs(TarBlock block, int offset, int count) {
    for (var at = offset; at < offset + PAIR * count; at += PAIR) {
      if (block.bytes()[at] == 0 || block.bytes()[at + 12] == 0) {
        return false;
      }
      regions.add(block.number(at, 12, "sparse offset"));
      regions.add(block.number(at + 12, 12, "sparse length"));
    }
    return true;
  }

  private long line() {
    var number = -1L;
    while (true) {
      var c = consumed < Math.min(stored, MAX_MAP) ? in.read() : -1;
      consumed++;
      if (c == '\n' && number >= 0) {
        return number;
      }
      if (c < 0) {
        throw unfinished();
      }
      number = regions.digit(number, c);
    }
  }

  private MalformedLayer unfinished() {
    return MalformedLayer.entry(name, "sparse map without an end");
  }
}
