package dev.kctl.vmm;

/**
 * The accelerator to use, and why.
 *
 * @param reason one clause for {@code kctl info} and for the warning
 * @param warn whether to tell the user: KVM is there, cannot be used, and this was just found out
 */
public record AcceleratorChoice(Accelerator accelerator, String reason, boolean warn) {}
