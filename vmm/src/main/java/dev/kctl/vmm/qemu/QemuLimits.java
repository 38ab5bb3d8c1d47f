package dev.kctl.vmm.qemu;

import dev.kctl.linux.ChildLimits;
import dev.kctl.vmm.Accelerator;
import dev.kctl.vmm.VmSpec;

/**
 * What a machine's processes may use of the host, so that one that is taken over cannot have it
 * all. An honest one never comes near: docs/vmm.md has the measurements.
 */
final class QemuLimits {
  /** Translated code of an emulated machine, told to QEMU: its own default is up to 1 GiB. */
  static final int TRANSLATION_MIB = 256;

  static final ChildLimits DAEMON = ChildLimits.of(mib(128), 64);

  /** QEMU's own: libraries, device state, queues. */
  private static final int OVERHEAD_MIB = 192;

  /** The page tables of its memory, and what it keeps for each of its pages: a hundredth. */
  private static final int SHARE = 100;

  /** Main loop, workers for input and output (64 at most), and those of libraries. */
  private static final int THREADS = 128;

  private QemuLimits() {}

  static ChildLimits of(VmSpec spec) {
    var code = spec.accelerator() == Accelerator.TCG ? mib(TRANSLATION_MIB) : 0;
    var memory = spec.memoryBytes() + spec.memoryBytes() / SHARE + code + mib(OVERHEAD_MIB);
    return ChildLimits.of(memory, THREADS + spec.vcpus());
  }

  private static long mib(int count) {
    return count * 1024L * 1024L;
  }
}
