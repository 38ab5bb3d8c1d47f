package dev.kctl.image;

/** A file whose content is already in the image. */
final class RegularFile extends Inode {
  private final int firstBlock;
  private final long size;

  RegularFile(int firstBlock, long size) {
    super(REGULAR);
    this.firstBlock = firstBlock;
    this.size = size;
  }

  int firstBlock() {
    return firstBlock;
  }

  long size() {
    return size;
  }
}
