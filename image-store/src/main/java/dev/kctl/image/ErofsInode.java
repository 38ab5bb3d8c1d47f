package dev.kctl.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/**
 * An inode as a layer's disk has it.
 *
 * @param layout {@link Erofs#FLAT_PLAIN} or {@link Erofs#FLAT_INLINE}
 * @param value first block of the content, or the device number
 * @param xattrs encoded, see {@link Xattrs}
 * @param tail where inlined content begins in the file
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares inodes
record ErofsInode(
    long nid,
    int mode,
    int uid,
    int gid,
    long size,
    long seconds,
    int nanos,
    int links,
    int layout,
    int value,
    byte[] xattrs,
    long tail) {
  private static final byte[] OPAQUE = "overlay.opaque".getBytes(US_ASCII);
  private static final byte[] YES = {'y'};

  int type() {
    return mode & Inode.TYPE;
  }

  boolean isDirectory() {
    return type() == Inode.DIRECTORY;
  }

  /** Whether overlayfs takes it for "gone". */
  boolean isWhiteout() {
    return type() == Inode.CHARACTER_DEVICE && value == 0;
  }

  /** Whether overlayfs looks into no lower layer for what is in this directory. */
  boolean isOpaque() {
    for (var attribute : Xattrs.decode(xattrs)) {
      if (attribute.space() == XattrSpace.TRUSTED.index()
          && Arrays.equals(attribute.name(), OPAQUE)) {
        return Arrays.equals(attribute.value(), YES);
      }
    }
    return false;
  }
}
