package dev.kctl.vmm;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * A {@link RunningVm} whose VMM holds the machine up where the host cannot write to a disk, instead
 * of telling the guest of a broken one: the write is kept, and made when the machine goes on.
 */
public interface Stalls {
  /**
   * Tells {@code listener} of each stall, and of a present one at once. It is called by the
   * driver's own thread and must return soon. A machine adopted while it is stalled tells as well.
   */
  void onStall(Consumer<Stall> listener);

  /** What holds the machine up now. */
  Optional<Stall> stalled();

  /**
   * Lets the machine go on, with the write that failed; where that fails again it stalls again, and
   * listeners are told again. Nothing happens to a machine that is not stalled or has ended.
   */
  void resume();
}
