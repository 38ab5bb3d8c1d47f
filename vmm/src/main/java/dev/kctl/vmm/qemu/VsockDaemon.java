package dev.kctl.vmm.qemu;

import dev.kctl.linux.Child;
import dev.kctl.linux.ChildLauncher;
import dev.kctl.linux.ChildSpec;
import dev.kctl.linux.Confinement;
import dev.kctl.linux.KeeperException;
import dev.kctl.linux.ProcessIdentity;
import dev.kctl.vmm.LaunchFailed;
import dev.kctl.vmm.VmSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts {@code vhost-device-vsock}, the other end of QEMU's vsock device; one for each machine.
 */
final class VsockDaemon {
  private static final Duration LONGEST_START = Duration.ofSeconds(30);
  private static final Duration POLL_INTERVAL = Duration.ofNanos(500_000);

  private final ChildLauncher launcher;
  private final Path program;

  VsockDaemon(ChildLauncher launcher, Path program) {
    this.launcher = launcher;
    this.program = program;
  }

  static String childId(VmSpec spec) {
    return "vsock-" + spec.id();
  }

  void requireProgram() {
    QemuHypervisor.requireProgram(program, "it comes with kctl, install that again");
  }

  /** Returns when QEMU can connect to it. */
  Child start(VmSpec spec, Rollback rollback) {
    var child =
        launcher.spawn(
            new ChildSpec(
                    childId(spec),
                    arguments(spec),
                    Map.of(),
                    spec.uid(),
                    List.of(),
                    Optional.of(QemuFiles.daemonLog(spec)),
                    Optional.of(QemuFiles.daemonLog(spec)))
                .confined(Confinement.nothing().reading(program).writing(spec.directory()))
                .limited(QemuLimits.DAEMON));
    rollback.add(() -> undo(child));
    awaitSocket(spec, child);
    return child;
  }

  private List<String> arguments(VmSpec spec) {
    return List.of(
        program.toString(),
        "--guest-cid=" + spec.vsock().cid(),
        "--socket=" + QemuFiles.vhost(spec),
        "--uds-path=" + spec.vsock().socket());
  }

  /** It serves one connection only: a trial one would take QEMU's place. */
  private static void awaitSocket(VmSpec spec, Child child) {
    var socket = QemuFiles.vhost(spec);
    var identity = new ProcessIdentity(child.pid(), child.startTime());
    var deadline = System.nanoTime() + LONGEST_START.toNanos();
    while (!Files.exists(socket)) {
      if (!identity.alive() || System.nanoTime() > deadline) {
        throw new LaunchFailed(
            "vsock daemon did not come up: " + LogTail.lastLine(QemuFiles.daemonLog(spec)));
      }
      LockSupport.parkNanos(POLL_INTERVAL.toNanos());
    }
  }

  private void undo(Child child) {
    child.kill(MachineProcess.SIGKILL);
    var _ = child.await();
    try {
      launcher.forget(child.id());
    } catch (KeeperException _) {
      // A keeper that is gone remembers nothing.
    }
  }
}
