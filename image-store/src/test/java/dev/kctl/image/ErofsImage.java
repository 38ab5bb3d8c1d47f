package dev.kctl.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * Reads an image as the kernel does, written from the format's description and sharing nothing with
 * the writer, and checks on the way what the kernel takes for granted.
 */
final class ErofsImage {
  private static final int BLOCK = 4096;
  private static final String[] PREFIXES = {
    "", "user.", "system.posix_acl_access", "system.posix_acl_default", "trusted.", "", "security."
  };

  private final ByteBuffer image;
  private final long metadata;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Set<Integer> numbers = new HashSet<>();
  private final Map<Long, Integer> linksSeen = new TreeMap<>();

  /**
   * One name of an inode.
   *
   * @param content of a file, or the target of a symlink
   */
  record Node(
      long nid,
      int mode,
      int uid,
      int gid,
      long seconds,
      int nanos,
      int links,
      int device,
      String content,
      SortedMap<String, String> xattrs) {
    boolean isDirectory() {
      return (mode & 0170000) == 0040000;
    }

    boolean isWhiteout() {
      return (mode & 0170000) == 0020000 && device == 0;
    }
  }

  private ErofsImage(ByteBuffer image) {
    this.image = image;
    require(image.capacity() % (2 << 20) == 0, "padded to 2 MiB");
    require(image.getInt(1024) == 0xe0f5e1e2, "magic");
    require(image.getInt(1024 + 4) == checksum(), "checksum");
    require(image.getInt(1024 + 8) == 3 && image.getInt(1024 + 80) == 0, "features");
    require(image.get(1024 + 12) == 12, "block size");
    require(image.getLong(1024 + 24) == 0, "build time");
    metadata = (image.getInt(1024 + 40) & 0xffff_ffffL) * BLOCK;
    var root = image.getShort(1024 + 14) & 0xffff;
    var node = inode(root);
    nodes.put("/", node);
    directory("", node, root, root);
    checkLinks();
    require(image.getLong(1024 + 16) == numbers.size(), "inode count");
  }

  static ErofsImage read(Path file) throws IOException {
    try (var channel = FileChannel.open(file)) {
      var bytes = ByteBuffer.allocate((int) channel.size()).order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // until all of it is there
      }
      return new ErofsImage(bytes);
    }
  }

  byte[] uuid() {
    var uuid = new byte[16];
    image.get(1024 + 48, uuid);
    return uuid;
  }

  /** Every path, absolute, the root's being a slash, in the image's order. */
  Map<String, Node> nodes() {
    return nodes;
  }

  Node at(String path) {
    return Objects.requireNonNull(nodes.get(path), path);
  }

  private void directory(String path, Node node, long nid, long parent) {
    var content = node.content.getBytes(ISO_8859_1);
    var previous = new byte[0];
    var dots = 0;
    for (var start = 0; start < content.length; start += BLOCK) {
      var end = Math.min(start + BLOCK, content.length);
      var block =
          ByteBuffer.wrap(content, start, end - start).slice().order(ByteOrder.LITTLE_ENDIAN);
      var count = block.getShort(8) / 12;
      for (var i = 0; i < count; i++) {
        var name = name(block, i, count);
        require(Arrays.compareUnsigned(previous, name) < 0, "names ascend in " + path);
        previous = name;
        var text = new String(name, ISO_8859_1);
        var child = block.getLong(12 * i);
        if (text.equals(".") || text.equals("..")) {
          require(child == (text.equals(".") ? nid : parent), text + " of " + path);
          dots++;
        } else {
          entry(path + "/" + text, child, nid, block.get(12 * i + 10));
        }
      }
    }
    require(dots == 2, ". and .. in " + path);
  }

  private void entry(String path, long nid, long parent, int type) {
    require(nid != 0, "a number for " + path);
    var node = inode(nid);
    require(type == typeOf(node.mode), "type of " + path);
    nodes.put(path, node);
    linksSeen.merge(nid, 1, Integer::sum);
    if (node.isDirectory()) {
      linksSeen.merge(nid, 1, Integer::sum);
      linksSeen.merge(parent, 1, Integer::sum);
      directory(path, node, nid, parent);
    }
  }

  private void checkLinks() {
    nodes.forEach(
        (path, node) -> {
          var seen = linksSeen.getOrDefault(node.nid, 0) + (path.equals("/") ? 2 : 0);
          require(node.links == seen, "link count of " + path);
        });
  }

  private static byte[] name(ByteBuffer block, int index, int count) {
    var start = block.getShort(12 * index + 8);
    var end = index + 1 < count ? block.getShort(12 * (index + 1) + 8) : block.capacity();
    var name = new byte[end - start];
    block.get(start, name);
    var nul = 0;
    while (nul < name.length && name[nul] != 0) {
      nul++;
    }
    return Arrays.copyOf(name, nul);
  }

  private Node inode(long nid) {
    var at = (int) (metadata + 32 * nid);
    var format = image.getShort(at);
    require((format & 1) == 1, "extended inode");
    var mode = image.getShort(at + 4) & 0xffff;
    var count = image.getShort(at + 2) & 0xffff;
    var xattrBytes = count == 0 ? 0 : 12 + 4 * (count - 1);
    numbers.add(image.getInt(at + 20));
    var type = mode & 0170000;
    var hasContent = type == 0100000 || type == 0040000 || type == 0120000;
    return new Node(
        nid,
        mode,
        image.getInt(at + 24),
        image.getInt(at + 28),
        image.getLong(at + 32),
        image.getInt(at + 40),
        image.getInt(at + 44),
        type == 0020000 || type == 0060000 ? image.getInt(at + 16) : 0,
        hasContent ? content(at, at + 64 + xattrBytes, format >> 1) : "",
        xattrs(at + 64, xattrBytes));
  }

  private String content(int inode, int tailAt, int layout) {
    var size = (int) image.getLong(inode + 8);
    var content = new byte[size];
    var inline = layout == 2 ? size % BLOCK : 0;
    var first = image.getInt(inode + 16);
    if (size > inline) {
      image.get(first * BLOCK, content, 0, size - inline);
      for (var i = size; layout == 0 && i % BLOCK != 0; i++) {
        require(image.get(first * BLOCK + i) == 0, "zeros after the tail");
      }
    }
    if (layout == 2) {
      require(inline > 0 && tailAt / BLOCK == (tailAt + inline - 1) / BLOCK, "tail in its block");
      image.get(tailAt, content, size - inline, inline);
    }
    return new String(content, ISO_8859_1);
  }

  private SortedMap<String, String> xattrs(int start, int length) {
    var xattrs = new TreeMap<String, String>();
    for (var at = start + 12; at < start + length; ) {
      var name = new byte[image.get(at) & 0xff];
      var value = new byte[image.getShort(at + 2) & 0xffff];
      image.get(at + 4, name);
      image.get(at + 4 + name.length, value);
      var prefix = PREFIXES[image.get(at + 1)];
      var key = prefix + new String(name, ISO_8859_1);
      require(xattrs.put(key, new String(value, ISO_8859_1)) == null, "one " + key);
      at += (4 + name.length + value.length + 3) & ~3;
    }
    return xattrs;
  }

  private static int typeOf(int mode) {
    return switch (mode & 0170000) {
      case 0100000 -> 1;
      case 0040000 -> 2;
      case 0020000 -> 3;
      case 0060000 -> 4;
      case 0010000 -> 5;
      case 0120000 -> 7;
      default -> throw new AssertionError("mode " + Integer.toOctalString(mode));
    };
  }

  private int checksum() {
    var bytes = new byte[BLOCK - 1024];
    image.get(1024, bytes);
    Arrays.fill(bytes, 4, 8, (byte) 0);
    var crc = new CRC32C();
    crc.update(bytes);
    return ~(int) crc.getValue();
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError("EROFS image: " + what);
    }
  }
}
