package dev.kctl.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What belongs to a directory or symlink beyond its inode: whole blocks first, and a tail that goes
 * behind the inode when both fit into one block.
 */
final class ErofsBody {
  private static final byte[] NOTHING = new byte[0];

  private ErofsBody() {}

  /** Length of the body; a regular file's is elsewhere and does not count. */
  static int length(Inode inode) {
    return switch (inode) {
      case Directory directory -> directoryLength(directory);
      case Symlink symlink -> symlink.target().length;
      case RegularFile _, SpecialFile _ -> 0;
    };
  }

  /** How much of the body goes behind the inode. */
  static int inlineLength(Inode inode) {
    var tail = length(inode) % Erofs.BLOCK;
    return Erofs.INODE + inode.xattrs().length + tail <= Erofs.BLOCK ? tail : 0;
  }

  static byte[] bytes(Inode inode) {
    return switch (inode) {
      case Directory directory -> directoryBytes(directory);
      case Symlink symlink -> symlink.target();
      case RegularFile _, SpecialFile _ -> NOTHING;
    };
  }

  private static int directoryLength(Directory directory) {
    var full = 0;
    var used = 0;
    for (var name : directory.entries().keySet()) {
      var length = Erofs.DIRENT + name.length;
      if (used + length > Erofs.BLOCK) {
        full += Erofs.BLOCK;
        used = 0;
      }
      used += length;
    }
    return full + used;
  }

  private static byte[] directoryBytes(Directory directory) {
    var bytes = ByteBuffer.allocate(directoryLength(directory)).order(ByteOrder.LITTLE_ENDIAN);
    var block = new ArrayList<Map.Entry<byte[], Inode>>();
    var start = 0;
    var used = 0;
    for (var entry : directory.entries().entrySet()) {
      var length = Erofs.DIRENT + entry.getKey().length;
      if (used + length > Erofs.BLOCK) {
        writeBlock(bytes.position(start), block);
        block.clear();
        start += Erofs.BLOCK;
        used = 0;
      }
      block.add(entry);
      used += length;
    }
    writeBlock(bytes.position(start), block);
    return bytes.array();
  }

  /** All entries of the block, then all their names. */
  private static void writeBlock(ByteBuffer bytes, List<Map.Entry<byte[], Inode>> block) {
    var nameOffset = Erofs.DIRENT * block.size();
    for (var entry : block) {
      bytes
          .putLong(entry.getValue().nid())
          .putShort((short) nameOffset)
          .put(fileType(entry.getValue()))
          .put((byte) 0);
      nameOffset += entry.getKey().length;
    }
    for (var entry : block) {
      bytes.put(entry.getKey());
    }
  }

  private static byte fileType(Inode inode) {
    return switch (inode) {
      case RegularFile _ -> 1;
      case Directory _ -> 2;
      case SpecialFile special ->
          switch (special.mode() & Inode.TYPE) {
            case Inode.CHARACTER_DEVICE -> 3;
            case Inode.BLOCK_DEVICE -> 4;
            default -> 5;
          };
      case Symlink _ -> 7;
    };
  }
}
