package dev.kctl.vmm.qemu;

import dev.kctl.linux.Child;
import dev.kctl.linux.ChildExit;
import dev.kctl.linux.KeeperException;
import dev.kctl.linux.ProcessIdentity;
import java.time.Duration;
import java.util.Optional;

/**
 * A process of a machine. The keeper tells how it ended; where the keeper is gone, or never knew
 * it, the process is watched from outside and only that it ended can be known.
 */
final class MachineProcess {
  static final int SIGKILL = 9;
  static final int SIGTERM = 15;

  private static final Duration WATCH_INTERVAL = Duration.ofMillis(20);

  private final ProcessIdentity identity;
  private final Optional<Child> child;

  private MachineProcess(ProcessIdentity identity, Optional<Child> child) {
    this.identity = identity;
    this.child = child;
  }

  static MachineProcess of(Child child) {
    var identity = new ProcessIdentity(child.pid(), child.startTime());
    return new MachineProcess(identity, Optional.of(child));
  }

  /**
   * One that an earlier engine started; {@code candidate} is what the keeper has under its name.
   */
  static MachineProcess found(ProcessIdentity identity, Optional<Child> candidate) {
    return new MachineProcess(
        identity,
        candidate.filter(c -> c.pid() == identity.pid() && c.startTime() == identity.startTime()));
  }

  ProcessIdentity identity() {
    return identity;
  }

  /** Waits for its end. Empty where nobody can say how it ended. */
  Optional<ChildExit> await() throws InterruptedException {
    if (child.isPresent()) {
      try {
        return Optional.of(child.get().await());
      } catch (KeeperException _) {
        // The keeper is gone; the process need not be.
      }
    }
    while (identity.alive()) {
      Thread.sleep(WATCH_INTERVAL);
    }
    return Optional.empty();
  }

  void kill(int signal) {
    if (child.isPresent()) {
      try {
        child.get().kill(signal);
        return;
      } catch (KeeperException _) {
        // As above.
      }
    }
    if (identity.alive()) {
      ProcessHandle.of(identity.pid()).ifPresent(p -> destroy(p, signal));
    }
  }

  private static void destroy(ProcessHandle process, int signal) {
    var _ = signal == SIGKILL ? process.destroyForcibly() : process.destroy();
  }
}
