package dev.kctl.image;

/** The numbers of a device node, as Linux has them: 12 bits of major, 20 of minor. */
record TarDevice(int major, int minor) {
  static final TarDevice NONE = new TarDevice(0, 0);
  static final int MAX_MAJOR = (1 << 12) - 1;
  static final int MAX_MINOR = (1 << 20) - 1;

  /** The kernel's own encoding of the pair in 32 bits. */
  int encoded() {
    return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
  }
}
