package dev.kctl.vmm;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A virtual machine whose VMM was started. */
public interface RunningVm extends AutoCloseable {
  /** The VMM's process. */
  long pid();

  /** What to keep on disk so that a later engine can {@link Hypervisor#adopt} the machine. */
  VmProcesses processes();

  /** Completed once, when the VMM has ended and its helpers too. */
  CompletionStage<VmExit> onExit();

  /**
   * Asks the VMM to end, disks flushed, and kills it after {@code grace}. Returns when it ended.
   */
  void stop(Duration grace);

  /** Ends the machine at once, as if its power was cut. Returns when it ended. */
  void kill();

  /** Kills what still runs and removes processes, sockets and directory of the machine. */
  @Override
  void close();
}
