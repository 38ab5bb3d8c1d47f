package dev.kctl.image;

/** What kind of inode a tar entry makes. */
enum TarType {
  FILE,
  HARD_LINK,
  SYMLINK,
  CHARACTER_DEVICE,
  BLOCK_DEVICE,
  DIRECTORY,
  FIFO
}
