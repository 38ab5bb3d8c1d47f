package dev.kctl.vmm.qemu;

import dev.kctl.linux.ChildLauncher;
import dev.kctl.vmm.Accelerator;
import dev.kctl.vmm.Checkout;
import dev.kctl.vmm.Hypervisor;
import dev.kctl.vmm.HypervisorContract;
import java.nio.file.Path;

/** The contract under emulation, which every machine has. */
class QemuIT extends HypervisorContract {
  private static final Path QEMU = Path.of("/usr/bin/qemu-system-x86_64");

  @Override
  protected Hypervisor hypervisor(ChildLauncher launcher) {
    return hypervisor(launcher, QEMU);
  }

  @Override
  protected Hypervisor hypervisor(ChildLauncher launcher, Path program) {
    return new QemuHypervisor(launcher, program, Checkout.output("host/vhost-device-vsock"));
  }

  @Override
  protected Accelerator accelerator() {
    return Accelerator.TCG;
  }
}
