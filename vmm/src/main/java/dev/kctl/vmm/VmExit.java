package dev.kctl.vmm;

/** Why a virtual machine is no more. */
public sealed interface VmExit {
  /** The guest powered the machine off: the ordinary end. */
  record PoweredOff() implements VmExit {}

  /** The guest reset the machine, which a kernel panic ends in. */
  record Reset() implements VmExit {}

  /** Somebody asked the VMM to end: {@link RunningVm#stop}. */
  record Stopped() implements VmExit {}

  /** The VMM was killed by a signal: {@link RunningVm#kill}, or the host's out-of-memory killer. */
  record Killed(int signal) implements VmExit {}

  /** The VMM gave up by itself. {@code message} is the last line it wrote, printable. */
  record Failed(int code, String message) implements VmExit {}

  /** The vsock daemon died, and with it all communication: the machine was killed. */
  record DaemonLost(String message) implements VmExit {}

  /** The machine ended where nobody of this engine's was there to see how. */
  record Unseen() implements VmExit {}
}
