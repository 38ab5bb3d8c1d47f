package dev.kctl.image;

/** Numbers of the on-disk format, named as in the kernel's fs/erofs/erofs_fs.h. */
final class Erofs {
  static final int BLOCK = 4096;
  static final int BLOCK_BITS = 12;
  static final int SLOT = 32;
  static final int NO_BLOCK = -1;

  static final int SUPER_OFFSET = 1024;
  static final int SUPER_MAGIC = 0xe0f5e1e2;
  static final int FEATURE_COMPAT_SB_CHKSUM = 1;
  static final int FEATURE_COMPAT_MTIME = 2;

  static final int INODE = 64;
  static final int INODE_EXTENDED = 1;
  static final int FLAT_PLAIN = 0;
  static final int FLAT_INLINE = 2;

  static final int DIRENT = 12;

  private Erofs() {}

  /** Rounds up to whole blocks. */
  static long align(long bytes) {
    return (bytes + BLOCK - 1) & -BLOCK;
  }
}
