package dev.kctl.vmm;

/**
 * Why a virtual machine is no more, as far as there is evidence for it. What a guest or its VMM
 * wrote is bounded and printable here.
 */
public sealed interface VmExit {
  /** The guest powered the machine off: the ordinary end. */
  record PoweredOff() implements VmExit {}

  /**
   * The guest's kernel panicked. {@code message} is its own last word in the console log, without
   * "Kernel panic - not syncing".
   */
  record Panicked(String message) implements VmExit {}

  /** The guest reset the machine without a word of its kernel: a reboot, or a triple fault. */
  record Reset() implements VmExit {}

  /** Somebody asked the VMM to end: {@link RunningVm#stop}. */
  record Stopped() implements VmExit {}

  /** The VMM was killed by a signal: {@link RunningVm#kill}, or somebody on the host. */
  record Killed(int signal) implements VmExit {}

  /** The host's kernel killed the VMM: its control group, or the host, had no memory left. */
  record HostOutOfMemory() implements VmExit {}

  /**
   * The VMM gave up before the guest's first instruction. {@code message} is the last line that it
   * wrote.
   */
  record Refused(int code, String message) implements VmExit {}

  /** The VMM gave up while the guest ran. {@code message} is the last line that it wrote. */
  record Failed(int code, String message) implements VmExit {}

  /** The vsock daemon died, and with it all communication: the machine was killed. */
  record DaemonLost(String message) implements VmExit {}

  /** The machine ended where nobody of this engine's was there to see how. */
  record Unseen() implements VmExit {}
}
