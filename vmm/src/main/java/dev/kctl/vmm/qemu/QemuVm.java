package dev.kctl.vmm.qemu;

import dev.kctl.linux.ChildExit;
import dev.kctl.vmm.RunningVm;
import dev.kctl.vmm.Stall;
import dev.kctl.vmm.Stalls;
import dev.kctl.vmm.VmDirectory;
import dev.kctl.vmm.VmExit;
import dev.kctl.vmm.VmProcesses;
import dev.kctl.vmm.VmSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A machine of one QEMU and one vsock daemon. Neither outlives the other: a daemon cannot be
 * started anew for a running QEMU, and it does not end with it by itself.
 */
final class QemuVm implements RunningVm, Stalls {
  private final VmSpec spec;
  private final MachineProcess qemu;
  private final MachineProcess daemon;
  private final QemuStalls stalls;
  private final QemuMonitor monitor;
  private final Runnable forget;
  private final CompletableFuture<VmExit> exit = new CompletableFuture<>();
  private volatile boolean stopping;
  private volatile boolean qemuEnded;
  private volatile boolean daemonLost;

  /**
   * @param forget lets the keeper forget both processes
   */
  QemuVm(VmSpec spec, MachineProcess qemu, MachineProcess daemon, Runnable forget) {
    this.spec = spec;
    this.qemu = qemu;
    this.daemon = daemon;
    this.forget = forget;
    stalls = new QemuStalls(node -> QemuCommandLine.serial(spec, node));
    monitor = QemuMonitor.start(QemuFiles.monitor(spec), stalls);
    Thread.ofVirtual().name("vm-" + spec.id()).start(this::watchQemu);
    Thread.ofVirtual().name("vsock-" + spec.id()).start(this::watchDaemon);
  }

  @Override
  public long pid() {
    return qemu.identity().pid();
  }

  @Override
  public VmProcesses processes() {
    return new VmProcesses(qemu.identity(), List.of(daemon.identity()));
  }

  @Override
  public CompletionStage<VmExit> onExit() {
    return exit.minimalCompletionStage();
  }

  @Override
  public void onStall(Consumer<Stall> listener) {
    stalls.listen(listener);
  }

  @Override
  public Optional<Stall> stalled() {
    return stalls.present();
  }

  @Override
  public void resume() {
    if (stalled().isPresent()) {
      monitor.resume();
    }
  }

  @Override
  public void stop(Duration grace) {
    if (exit.isDone()) {
      return;
    }
    stopping = true;
    qemu.kill(MachineProcess.SIGTERM);
    try {
      exit.get(grace.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      kill();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      kill();
    } catch (ExecutionException e) {
      throw new AssertionError("completed with values only", e);
    }
  }

  @Override
  public void kill() {
    qemu.kill(MachineProcess.SIGKILL);
    exit.join();
  }

  @Override
  public void close() {
    kill();
    VmDirectory.delete(spec.directory());
  }

  private void watchQemu() {
    try {
      var end = qemu.await();
      qemuEnded = true;
      daemon.kill(MachineProcess.SIGKILL);
      var _ = daemon.await();
      forget.run();
      exit.complete(cause(end));
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts the watch", e);
    } catch (RuntimeException e) {
      exit.complete(new VmExit.Failed(-1, String.valueOf(e.getMessage())));
      throw e;
    }
  }

  private void watchDaemon() {
    try {
      var _ = daemon.await();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts the watch", e);
    }
    // After an adoption both may have ended long ago, and this watch be the first to see it.
    if (!qemuEnded && qemu.identity().alive()) {
      daemonLost = true;
      qemu.kill(MachineProcess.SIGKILL);
    }
  }

  private VmExit cause(Optional<ChildExit> end) {
    if (daemonLost) {
      return new VmExit.DaemonLost(LogTail.lastLine(QemuFiles.daemonLog(spec)));
    }
    var reason = monitor.reason();
    if (end.isEmpty() && reason.isEmpty()) {
      return new VmExit.Unseen();
    }
    return switch (end.orElse(new ChildExit.Code(0))) {
      // Asked to stop before it could handle that: nothing was written yet.
      case ChildExit.Signal(var signal) when signal == MachineProcess.SIGTERM && stopping ->
          new VmExit.Stopped();
      case ChildExit.Signal(var signal) -> new VmExit.Killed(signal);
      case ChildExit.OutOfMemory _ -> new VmExit.HostOutOfMemory();
      case ChildExit.Code(var code) when code != 0 -> gaveUp(code);
      case ChildExit.Code _ -> ended(reason);
    };
  }

  /** QEMU answers on its control socket only once the machine is whole. */
  private VmExit gaveUp(int code) {
    var message = LogTail.lastLine(QemuFiles.log(spec));
    return monitor.answered()
        ? new VmExit.Failed(code, message)
        : new VmExit.Refused(code, message);
  }

  private VmExit ended(Optional<QemuMonitor.Reason> reason) {
    if (reason.isEmpty()) {
      return stopping ? new VmExit.Stopped() : new VmExit.Unseen();
    }
    return switch (reason.get()) {
      case POWER_OFF -> new VmExit.PoweredOff();
      case RESET ->
          PanicLine.await(spec.console())
              .<VmExit>map(VmExit.Panicked::new)
              .orElseGet(VmExit.Reset::new);
      case OTHER -> new VmExit.Stopped();
    };
  }
}
