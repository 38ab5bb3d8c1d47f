package dev.kctl.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Reads the disk of a layer. It reads what {@link ErofsWriter} writes and nothing else of the
 * format, and believes it nothing: a worker that a hostile layer took over may have written it.
 */
final class ErofsReader implements AutoCloseable {
  private static final int WINDOW = 64 << 10;
  private static final int LARGEST_XATTRS = 256 << 10;
  private static final int LONGEST_TARGET = 4095;

  private final String name;
  private final FileChannel file;
  private final long length;
  private final long metadata;
  private final long root;

  /** A part of the file: inodes that follow each other lie beside each other. */
  private final ByteBuffer window = ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN);

  private long windowStart;

  /** Takes the entries of a directory. */
  @FunctionalInterface
  interface EntrySink {
    void entry(byte[] name, long nid);
  }

  ErofsReader(Path path) {
    name = String.valueOf(path.getFileName());
    window.limit(0);
    try {
      file = FileChannel.open(path, StandardOpenOption.READ);
    } catch (IOException e) {
      throw unreadable(e);
    }
    try {
      length = file.size();
      var block = at(0, Erofs.BLOCK);
      require(block.getInt(Erofs.SUPER_OFFSET) == Erofs.SUPER_MAGIC, "no superblock");
      require(block.get(Erofs.SUPER_OFFSET + 12) == Erofs.BLOCK_BITS, "blocks of another size");
      require(block.getInt(Erofs.SUPER_OFFSET + 80) == 0, "features that no layer has");
      root = block.getShort(Erofs.SUPER_OFFSET + 14) & 0xffff;
      metadata = (block.getInt(Erofs.SUPER_OFFSET + 40) & 0xffff_ffffL) * Erofs.BLOCK;
    } catch (IOException e) {
      close();
      throw unreadable(e);
    } catch (StoreDamaged e) {
      close();
      throw e;
    }
  }

  ErofsInode root() {
    var inode = inode(root);
    require(inode.isDirectory(), "a root that is no directory");
    return inode;
  }

  ErofsInode inode(long nid) {
    require(nid >= 0 && nid <= length / Erofs.SLOT, "inode " + nid);
    var start = metadata + nid * Erofs.SLOT;
    var bytes = at(start, Erofs.INODE);
    var format = bytes.getShort(0);
    var layout = format >> 1;
    require(
        (format & 1) == Erofs.INODE_EXTENDED
            && (layout == Erofs.FLAT_PLAIN || layout == Erofs.FLAT_INLINE),
        "an inode of format " + format);
    var xattrs = Xattrs.length(bytes.getShort(2) & 0xffff);
    require(xattrs <= LARGEST_XATTRS, "attributes of " + xattrs + " bytes");
    var inode =
        new ErofsInode(
            nid,
            bytes.getShort(4) & 0xffff,
            bytes.getInt(24),
            bytes.getInt(28),
            bytes.getLong(8),
            bytes.getLong(32),
            bytes.getInt(40),
            bytes.getInt(44),
            layout,
            bytes.getInt(16),
            bytes(start + Erofs.INODE, xattrs),
            start + Erofs.INODE + xattrs);
    require(inode.size() >= 0 && inode.size() <= length, "content of " + inode.size() + " bytes");
    return inode;
  }

  /** Hands on every entry but {@code .} and {@code ..}. */
  void entries(ErofsInode directory, EntrySink sink) {
    for (var at = 0L; at < directory.size(); at += Erofs.BLOCK) {
      var block = body(directory, at, (int) Math.min(Erofs.BLOCK, directory.size() - at));
      entries(block, sink);
    }
  }

  private void entries(byte[] bytes, EntrySink sink) {
    require(bytes.length >= Erofs.DIRENT, "a directory cut short");
    var block = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    var names = block.getShort(8) & 0xffff;
    require(
        names > 0 && names % Erofs.DIRENT == 0 && names <= bytes.length,
        "a directory whose names are at " + names);
    for (var at = 0; at < names; at += Erofs.DIRENT) {
      var start = block.getShort(at + 8) & 0xffff;
      var last = at + Erofs.DIRENT == names;
      var end = last ? bytes.length : block.getShort(at + Erofs.DIRENT + 8) & 0xffff;
      require(start >= names && start < end && end <= bytes.length, "a name at " + start);
      var entry = Arrays.copyOfRange(bytes, start, last ? endOf(bytes, start) : end);
      if (!Directory.isDots(entry)) {
        require(isName(entry), "a name of " + entry.length + " bytes that is none");
        sink.entry(entry, block.getLong(at));
      }
    }
  }

  /** The last name of a block ends with it, or with a zero. */
  private static int endOf(byte[] block, int start) {
    var end = start;
    while (end < block.length && block[end] != 0) {
      end++;
    }
    return end;
  }

  private static boolean isName(byte[] name) {
    for (var octet : name) {
      if (octet == '/' || octet == 0) {
        return false;
      }
    }
    return name.length > 0 && name.length <= LayerPath.LONGEST_NAME;
  }

  /** Where a symlink leads. */
  byte[] target(ErofsInode symlink) {
    require(
        symlink.size() > 0 && symlink.size() <= LONGEST_TARGET,
        "a symlink of " + symlink.size() + " bytes");
    return body(symlink, 0, (int) symlink.size());
  }

  /** Hands on the content of a regular file; what is zero for long, as a hole. */
  void content(ErofsInode regular, ContentSink sink) {
    var chunk = new byte[(int) Math.min(WINDOW, regular.size())];
    for (var at = 0L; at < regular.size(); ) {
      var count = (int) Math.min(chunk.length, regular.size() - at);
      readBody(regular, at, chunk, count);
      if (isZero(chunk, count)) {
        sink.zeros(count);
      } else {
        sink.data(chunk, 0, count);
      }
      at += count;
    }
  }

  private static boolean isZero(byte[] chunk, int count) {
    return chunk[0] == 0 && Arrays.equals(chunk, 0, count - 1, chunk, 1, count);
  }

  private byte[] body(ErofsInode inode, long offset, int count) {
    var bytes = new byte[count];
    readBody(inode, offset, bytes, count);
    return bytes;
  }

  /** Reads content that lies in the blocks, in the tail behind the inode, or in both. */
  private void readBody(ErofsInode inode, long offset, byte[] target, int count) {
    var inlined = inode.layout() == Erofs.FLAT_INLINE ? inode.size() % Erofs.BLOCK : 0;
    var inBlocks = Math.clamp(inode.size() - inlined - offset, 0, count);
    var first = (inode.value() & 0xffff_ffffL) * Erofs.BLOCK;
    read(first + offset, target, 0, inBlocks);
    if (inBlocks < count) {
      var from = offset + inBlocks - (inode.size() - inlined);
      read(inode.tail() + from, target, inBlocks, count - inBlocks);
    }
  }

  private byte[] bytes(long position, int count) {
    var bytes = new byte[count];
    if (count > 0 && count <= WINDOW) {
      at(position, count).get(0, bytes);
    } else {
      read(position, bytes, 0, count);
    }
    return bytes;
  }

  /** A few bytes, through the window. */
  private ByteBuffer at(long position, int count) {
    require(position >= 0 && position <= length - count, "something at " + position);
    if (position < windowStart || position + count > windowStart + window.limit()) {
      windowStart = position;
      window.clear().limit((int) Math.min(WINDOW, length - position));
      read(position, window.array(), 0, window.limit());
    }
    return window.slice((int) (position - windowStart), count).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void read(long position, byte[] target, int offset, int count) {
    require(count == 0 || (position >= 0 && position <= length - count), "content at " + position);
    var bytes = ByteBuffer.wrap(target, offset, count);
    try {
      while (bytes.hasRemaining()) {
        var read = file.read(bytes, position + bytes.position() - offset);
        require(read >= 0, "an end too early");
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private void require(boolean condition, String what) {
    if (!condition) {
      throw StoreDamaged.of(
          "the disk " + name + " is damaged (" + what + "): remove its images and pull them again",
          null);
    }
  }

  private StoreDamaged unreadable(IOException e) {
    return StoreDamaged.of("the disk " + name + " cannot be read: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException _) {
      // It was only read.
    }
  }
}
