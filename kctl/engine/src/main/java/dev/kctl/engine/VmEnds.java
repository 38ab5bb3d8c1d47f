package dev.kctl.engine;

import dev.kctl.vmm.RunningVm;
import dev.kctl.vmm.VmExit;

/** Words the end of a machine. */
final class VmEnds {
  private VmEnds() {}

  static String describe(RunningVm vm) {
    var end = vm.onExit().toCompletableFuture();
    return end.isDone() ? describe(end.join()) : "it still runs";
  }

  /** Of a container whose machine ended before its process did. */
  static Outcome outcome(VmExit exit) {
    return Outcome.lost(cause(exit), describe(exit));
  }

  private static Cause cause(VmExit exit) {
    return switch (exit) {
      case VmExit.PoweredOff _, VmExit.Stopped _ -> Cause.GUEST_LOST;
      case VmExit.Panicked _ -> Cause.KERNEL_PANIC;
      case VmExit.Reset _ -> Cause.GUEST_RESET;
      case VmExit.Killed _ -> Cause.VMM_KILLED;
      case VmExit.HostOutOfMemory _ -> Cause.HOST_OUT_OF_MEMORY;
      case VmExit.Failed _, VmExit.Refused _ -> Cause.VMM_FAILED;
      case VmExit.DaemonLost _ -> Cause.VSOCK_LOST;
      case VmExit.Unseen _ -> Cause.UNSEEN;
    };
  }

  static String describe(VmExit exit) {
    return switch (exit) {
      case VmExit.PoweredOff _ -> "the guest powered off";
      case VmExit.Panicked(var message) ->
          "the guest's kernel panicked: " + StartFailures.printable(message);
      case VmExit.Reset _ -> "the guest reset its machine";
      case VmExit.Stopped _ -> "its VMM was asked to stop";
      case VmExit.Killed(var signal) -> "its VMM was killed by signal " + signal;
      case VmExit.HostOutOfMemory _ ->
          "its VMM was killed by the host's kernel, which had no memory left for it";
      case VmExit.Refused(var code, var message) ->
          "its VMM refused to start, with code " + code + ": " + StartFailures.printable(message);
      case VmExit.Failed(var code, var message) ->
          "its VMM gave up with code " + code + ": " + StartFailures.printable(message);
      case VmExit.DaemonLost(var message) ->
          "its vsock daemon ended: " + StartFailures.printable(message);
      case VmExit.Unseen _ -> "nobody saw how";
    };
  }
}
