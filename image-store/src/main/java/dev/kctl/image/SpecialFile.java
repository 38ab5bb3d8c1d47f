package dev.kctl.image;

/** A device node or a fifo. */
final class SpecialFile extends Inode {
  private final int device;

  private SpecialFile(int type, int device) {
    super(type);
    this.device = device;
  }

  static SpecialFile device(int type, TarDevice device) {
    return new SpecialFile(type, device.encoded());
  }

  /** One whose number is encoded already. */
  static SpecialFile encoded(int type, int device) {
    return new SpecialFile(type, device);
  }

  static SpecialFile fifo() {
    return new SpecialFile(FIFO, 0);
  }

  /** What overlayfs takes for "gone": the character device 0:0. */
  static SpecialFile whiteout() {
    return new SpecialFile(CHARACTER_DEVICE, 0);
  }

  /** The device number in the kernel's encoding; 0 for a fifo. */
  int device() {
    return device;
  }
}
