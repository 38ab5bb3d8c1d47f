package dev.kctl.image;

import java.util.Arrays;
import java.util.Optional;

/** Reads a tar as a stream: ustar, GNU and PAX, sparse files of every format among them. */
final class TarReader {
  private static final int MAX_HEADER_BODY = 1 << 20;
  private static final long MAX_ID = 0xffff_fffeL;
  private static final byte[] NOTHING = new byte[0];

  private final ChunkInput in;
  private final TarBlock block = new TarBlock();
  private PaxHeader pax = PaxHeader.NONE;
  private byte[] longName = NOTHING;
  private byte[] longLink = NOTHING;
  private byte[] currentName = NOTHING;
  private long storedLeft;
  private int padding;
  private Optional<SparseMap> sparse = Optional.empty();

  TarReader(ChunkInput in) {
    this.in = in;
  }

  /** The next entry, after whatever is left of the current one's content; empty at the end. */
  Optional<TarEntry> next() {
    skipContent();
    pax = PaxHeader.NONE;
    longName = NOTHING;
    longLink = NOTHING;
    var pending = false;
    while (readBlock()) {
      if (!readExtension()) {
        return Optional.of(readEntry());
      }
      pending |= block.typeFlag() != 'g';
    }
    if (pending) {
      throw new MalformedLayer("the layer's tar ends with a header that belongs to no entry");
    }
    return Optional.empty();
  }

  /** Passes on the current entry's content, once, holes as holes. */
  void copyContent(ContentSink sink) {
    var at = 0L;
    if (sparse.isPresent()) {
      var map = sparse.get();
      for (var i = 0; i < map.regions(); i++) {
        sink.zeros(map.offset(i) - at);
        copyStored(sink, map.length(i));
        at = map.offset(i) + map.length(i);
      }
      sink.zeros(map.size() - at);
    } else {
      copyStored(sink, storedLeft);
    }
  }

  private void copyStored(ContentSink sink, long count) {
    var left = count;
    while (left > 0) {
      if (!in.fill()) {
        throw truncated();
      }
      var step = (int) Math.min(left, in.available());
      sink.data(in.bytes(), in.position(), step);
      in.advance(step);
      left -= step;
    }
    storedLeft -= count;
  }

  private void skipContent() {
    if (!in.skip(storedLeft + padding)) {
      throw truncated();
    }
    storedLeft = 0;
    padding = 0;
    sparse = Optional.empty();
  }

  /** Reads a header block; false where the tar ends, by its mark or by the end of the stream. */
  private boolean readBlock() {
    var count = in.read(block.bytes(), 0, TarBlock.SIZE);
    if (count == 0) {
      return false;
    }
    requireWhole(count);
    if (!block.isZero()) {
      block.verifyChecksum();
      return true;
    }
    count = in.read(block.bytes(), 0, TarBlock.SIZE);
    if (count != 0) {
      requireWhole(count);
      if (!block.isZero()) {
        throw new MalformedLayer("the layer's tar goes on after a block of zeros");
      }
    }
    return false;
  }

  private static void requireWhole(int count) {
    if (count != TarBlock.SIZE) {
      throw new TruncatedLayer("the layer's tar ends in the middle of a header");
    }
  }

  /** Takes in a header that describes the entry after it; false where this is that entry. */
  private boolean readExtension() {
    switch (block.typeFlag()) {
      case 'g' -> readBody();
      case 'x', 'X' -> pax = new PaxHeader(block.name(), readBody());
      case 'L' -> longName = untilNul(readBody());
      case 'K' -> longLink = untilNul(readBody());
      default -> {
        return false;
      }
    }
    return true;
  }

  private byte[] readBody() {
    var size = block.size();
    if (size < 0 || size > MAX_HEADER_BODY) {
      throw MalformedLayer.entry(
          block.name(), "header of " + size + " bytes; at most " + MAX_HEADER_BODY + " are read");
    }
    var body = new byte[(int) size];
    if (in.read(body, 0, body.length) != body.length || !in.skip(paddingOf(size))) {
      throw new TruncatedLayer("the layer's tar ends in the middle of a header");
    }
    return body;
  }

  private TarEntry readEntry() {
    var ustarName = longName.length > 0 ? longName : block.name();
    var name = pax.name("GNU.sparse.name", pax.name("path", ustarName));
    currentName = name;
    var type = type(name);
    var link =
        type == TarType.SYMLINK || type == TarType.HARD_LINK
            ? pax.name("linkpath", longLink.length > 0 ? longLink : block.linkName())
            : NOTHING;
    var device =
        type == TarType.CHARACTER_DEVICE || type == TarType.BLOCK_DEVICE
            ? block.device()
            : TarDevice.NONE;
    return new TarEntry(
        type,
        name,
        link,
        block.mode(),
        id(name, "uid", pax.number("uid", block.uid())),
        id(name, "gid", pax.number("gid", block.gid())),
        pax.modified(TarTime.bounded(block.modified(), 0)),
        type == TarType.FILE ? startContent(name) : 0,
        device,
        pax.xattrs());
  }

  private TarType type(byte[] name) {
    return switch (block.typeFlag()) {
      case 0 -> name.length > 0 && name[name.length - 1] == '/' ? TarType.DIRECTORY : TarType.FILE;
      case '0', '7', 'S' -> TarType.FILE;
      case '1' -> TarType.HARD_LINK;
      case '2' -> TarType.SYMLINK;
      case '3' -> TarType.CHARACTER_DEVICE;
      case '4' -> TarType.BLOCK_DEVICE;
      case '5' -> TarType.DIRECTORY;
      case '6' -> TarType.FIFO;
      default ->
          throw MalformedLayer.entry(
              name, "unknown tar entry type 0x" + Integer.toHexString(block.typeFlag()));
    };
  }

  /** Prepares for the content of a file; returns its expanded length. */
  private long startContent(byte[] name) {
    var size = pax.number("size", block.size());
    if (size < 0) {
      throw MalformedLayer.entry(name, "negative size");
    }
    padding = paddingOf(size);
    storedLeft = size;
    if (block.typeFlag() == 'S') {
      sparse = Optional.of(SparseReader.oldGnu(name, in, block, size));
    } else if (pax.sparseMapInContent()) {
      var reader = SparseReader.inContent(name, in, size);
      storedLeft -= reader.consumed();
      sparse = Optional.of(reader.regions().build(pax.sparseSize(), storedLeft));
    } else if (pax.hasSparseRegions()) {
      sparse = Optional.of(pax.sparseRegions().build(pax.sparseSize(), size));
    }
    return sparse.isPresent() ? sparse.get().size() : size;
  }

  private static int id(byte[] name, String what, long value) {
    if (value < 0 || value > MAX_ID) {
      throw MalformedLayer.entry(name, what + " " + value + " is out of range");
    }
    return (int) value;
  }

  private static int paddingOf(long size) {
    return (int) (-size & (TarBlock.SIZE - 1));
  }

  private static byte[] untilNul(byte[] text) {
    var end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return Arrays.copyOf(text, end);
  }

  private TruncatedLayer truncated() {
    return new TruncatedLayer(
        "layer entry " + PrintableName.of(currentName) + ": the tar ends in its content");
  }
}
