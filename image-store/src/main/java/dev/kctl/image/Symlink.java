package dev.kctl.image;

/** A symbolic link. */
final class Symlink extends Inode {
  private final byte[] target;

  Symlink(byte[] target) {
    super(SYMLINK | 0777);
    this.target = target;
  }

  byte[] target() {
    return target;
  }
}
