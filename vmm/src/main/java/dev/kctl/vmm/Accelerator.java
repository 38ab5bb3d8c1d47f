package dev.kctl.vmm;

/** What executes the guest's instructions. */
public enum Accelerator {
  /** The host kernel's KVM. */
  KVM,
  /** QEMU's emulation: works everywhere, an order of magnitude slower. */
  TCG
}
