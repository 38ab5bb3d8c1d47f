package dev.kctl.vmm.qemu;

import dev.kctl.vmm.Accelerator;
import java.util.OptionalLong;

/** The guest kernel's command line. */
final class KernelArguments {
  /**
   * A panic resets the machine at once, and QEMU ends instead of starting it again. No container
   * shall find a network interface that it does not have.
   */
  private static final String ALWAYS = "console=ttyS0 quiet panic=-1 dummy.numdummies=0";

  private KernelArguments() {}

  static String of(Accelerator accelerator, OptionalLong tscKhz) {
    return switch (accelerator) {
      case KVM -> ALWAYS;
      case TCG -> tscKhz.isPresent() ? ALWAYS + emulated(tscKhz.getAsLong()) : ALWAYS;
    };
  }

  /**
   * Saves the kernel what it would otherwise measure or patch, which takes longest under emulation.
   * The counter is the host's own, so its rate is a fact.
   */
  private static String emulated(long tscKhz) {
    return " tsc_early_khz=%d tsc=reliable no_timer_check noreplace-smp".formatted(tscKhz);
  }
}
