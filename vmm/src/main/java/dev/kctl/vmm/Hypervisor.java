package dev.kctl.vmm;

/** A VMM that can start virtual machines. */
public interface Hypervisor {
  /** As users name it: {@code qemu}. */
  String name();

  /**
   * Starts the machine and returns as soon as its VMM runs; the guest's own readiness is its
   * dialling {@link Vsock#listener}, which the caller has bound before. {@link VmSpec#directory}
   * must exist: see {@link VmDirectory}. A failure leaves nothing behind.
   */
  RunningVm launch(VmSpec spec);

  /**
   * Takes over a machine that an earlier engine launched with this specification. Where its
   * processes have ended meanwhile, the result has exited already.
   */
  RunningVm adopt(VmSpec spec, VmProcesses processes);
}
