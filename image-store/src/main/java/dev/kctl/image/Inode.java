package dev.kctl.image;

/** What an entry of the layer is, apart from its name: hard links share one. */
abstract sealed class Inode permits RegularFile, Directory, Symlink, SpecialFile {
  static final int TYPE = 0170000;
  static final int FIFO = 0010000;
  static final int CHARACTER_DEVICE = 0020000;
  static final int DIRECTORY = 0040000;
  static final int BLOCK_DEVICE = 0060000;
  static final int REGULAR = 0100000;
  static final int SYMLINK = 0120000;

  private int mode;
  private int uid;
  private int gid;
  private long seconds;
  private int nanos;
  private byte[] xattrs = Xattrs.NONE;

  /** Number of the 32-byte slot in the EROFS image; 0 until it has been given one. */
  private int nid;

  private int links;

  Inode(int typeAndMode) {
    mode = typeAndMode;
  }

  /** Takes over all that is not content. */
  void describe(TarEntry entry, byte[] encodedXattrs) {
    mode = (mode & ~07777) | entry.mode();
    uid = entry.uid();
    gid = entry.gid();
    seconds = entry.modified().seconds();
    nanos = entry.modified().nanos();
    xattrs = encodedXattrs;
  }

  /** The same from an inode of a layer's disk. */
  void describe(ErofsInode inode, byte[] encodedXattrs) {
    mode = (mode & ~07777) | (inode.mode() & 07777);
    uid = inode.uid();
    gid = inode.gid();
    seconds = inode.seconds();
    nanos = inode.nanos();
    xattrs = encodedXattrs;
  }

  /** Type bits and permissions, as in {@code st_mode}. */
  int mode() {
    return mode;
  }

  int uid() {
    return uid;
  }

  int gid() {
    return gid;
  }

  long seconds() {
    return seconds;
  }

  int nanos() {
    return nanos;
  }

  /** In the form of the image, see {@link Xattrs}. */
  byte[] xattrs() {
    return xattrs;
  }

  void setXattrs(byte[] encoded) {
    xattrs = encoded;
  }

  int nid() {
    return nid;
  }

  void setNid(int nid) {
    this.nid = nid;
  }

  int links() {
    return links;
  }

  void setLinks(int links) {
    this.links = links;
  }
}
