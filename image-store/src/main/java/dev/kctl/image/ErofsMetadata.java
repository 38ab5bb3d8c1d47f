package dev.kctl.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The image's metadata area: inodes in breadth-first order, the root first, each with its
 * attributes and what is inlined behind it; then the blocks of large directories and symlinks.
 */
final class ErofsMetadata {
  /** Slot 0 stays free: libc's readdir takes inode number 0 for a deleted entry. */
  private static final long FIRST_INODE = 64;

  private final List<Inode> order = new ArrayList<>();
  private final int firstBlock;
  private long end = FIRST_INODE;
  private long nextBlock;

  private ErofsMetadata(int firstBlock) {
    this.firstBlock = firstBlock;
  }

  /** Seals the tree, counts links and gives every inode its place. */
  static ErofsMetadata layOut(Directory root, int firstBlock) {
    var metadata = new ErofsMetadata(firstBlock);
    metadata.place(root);
    for (var i = 0; i < metadata.order.size(); i++) {
      if (metadata.order.get(i) instanceof Directory directory) {
        metadata.placeChildren(directory);
      }
    }
    return metadata;
  }

  int inodes() {
    return order.size();
  }

  void write(ErofsOutput output) {
    var start = output.position();
    nextBlock = firstBlock + (Erofs.align(end) >> Erofs.BLOCK_BITS);
    for (var i = 0; i < order.size(); i++) {
      var inode = order.get(i);
      output.zeros(start + (long) inode.nid() * Erofs.SLOT - output.position());
      writeInode(output, inode, i + 1);
    }
    output.align();
    for (var inode : order) {
      var blockBytes = ErofsBody.length(inode) - ErofsBody.inlineLength(inode);
      if (blockBytes > 0) {
        output.data(ErofsBody.bytes(inode), 0, blockBytes);
        output.align();
      }
    }
  }

  private void placeChildren(Directory directory) {
    var directories = 0;
    for (var entry : directory.entries().entrySet()) {
      var inode = entry.getValue();
      if (inode instanceof Directory) {
        directories++;
      }
      if (Directory.isDots(entry.getKey())) {
        continue;
      }
      if (inode.nid() == 0) {
        place(inode);
      }
      inode.setLinks(inode.links() + 1);
    }
    directory.setLinks(directories);
  }

  private void place(Inode inode) {
    if (inode instanceof Directory directory) {
      directory.seal();
    }
    var fixed = Erofs.INODE + inode.xattrs().length;
    var inline = ErofsBody.inlineLength(inode);
    var room = Erofs.BLOCK - end % Erofs.BLOCK;
    if (fixed + inline > room) {
      end = Erofs.align(end);
    }
    inode.setNid((int) (end / Erofs.SLOT));
    end += (fixed + inline + Erofs.SLOT - 1) & -Erofs.SLOT;
    order.add(inode);
  }

  private void writeInode(ErofsOutput output, Inode inode, int number) {
    var body = ErofsBody.bytes(inode);
    var inline = ErofsBody.inlineLength(inode);
    var blocks = (int) (Erofs.align(body.length - inline) >> Erofs.BLOCK_BITS);
    var union =
        switch (inode) {
          case RegularFile file -> file.firstBlock();
          case SpecialFile special -> special.device();
          case Directory _, Symlink _ -> blocks == 0 ? Erofs.NO_BLOCK : (int) nextBlock;
        };
    nextBlock += blocks;
    var layout = inline > 0 ? Erofs.FLAT_INLINE : Erofs.FLAT_PLAIN;
    var size = inode instanceof RegularFile file ? file.size() : body.length;
    var bytes =
        ByteBuffer.allocate(Erofs.INODE)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putShort((short) (Erofs.INODE_EXTENDED | (layout << 1)))
            .putShort((short) Xattrs.count(inode.xattrs()))
            .putShort((short) inode.mode())
            .putShort((short) 0)
            .putLong(size)
            .putInt(union)
            .putInt(number)
            .putInt(inode.uid())
            .putInt(inode.gid())
            .putLong(inode.seconds())
            .putInt(inode.nanos())
            .putInt(inode.links());
    output.data(bytes.array(), 0, Erofs.INODE);
    output.data(inode.xattrs(), 0, inode.xattrs().length);
    output.data(body, body.length - inline, inline);
  }
}
