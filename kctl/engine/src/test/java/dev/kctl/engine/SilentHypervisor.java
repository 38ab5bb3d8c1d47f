package dev.kctl.engine;

import dev.kctl.guest.Token;
import dev.kctl.linux.ProcessIdentity;
import dev.kctl.vmm.Hypervisor;
import dev.kctl.vmm.RunningVm;
import dev.kctl.vmm.VmExit;
import dev.kctl.vmm.VmProcesses;
import dev.kctl.vmm.VmSpec;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** Starts machines whose agents call only from some try on, or that end at once. */
final class SilentHypervisor implements Hypervisor {
  /** Above every pid of a kernel's: a process that has used no processor time. */
  private static final long NOBODY = 1L << 31;

  final AtomicInteger launched = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  private final int silent;
  private final boolean ends;

  /**
   * A hypervisor.
   *
   * @param silent how many machines stay silent before one calls
   * @param ends whether they end instead of calling
   */
  SilentHypervisor(int silent, boolean ends) {
    this.silent = silent;
    this.ends = ends;
  }

  @Override
  public String name() {
    return "silent";
  }

  @Override
  public RunningVm launch(VmSpec spec) {
    var calls = launched.incrementAndGet() > silent && !ends;
    if (calls) {
      call(spec);
    }
    return new Vm(calls);
  }

  @Override
  public RunningVm adopt(VmSpec spec, VmProcesses processes) {
    throw new UnsupportedOperationException("nothing of it outlives an engine");
  }

  /** Shows the token, as the agent does, and leaves the connection open. */
  private static void call(VmSpec spec) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                var token =
                    Token.parse(Files.readString(spec.initramfs().resolveSibling("token")).strip());
                var socket = UnixDomainSocketAddress.of(spec.vsock().listener(1024));
                var agent = SocketChannel.open(socket);
                agent.write(ByteBuffer.wrap(token.bytes()));
              } catch (IOException e) {
                throw new AssertionError("nobody listens", e);
              }
            });
  }

  private final class Vm implements RunningVm {
    private final boolean calls;

    Vm(boolean calls) {
      this.calls = calls;
    }

    /** A silent one has used as much processor time as this process. */
    @Override
    public long pid() {
      return calls ? NOBODY : ProcessHandle.current().pid();
    }

    @Override
    public VmProcesses processes() {
      return new VmProcesses(new ProcessIdentity(1, 1), List.of());
    }

    @Override
    public CompletionStage<VmExit> onExit() {
      return ends
          ? CompletableFuture.completedFuture(new VmExit.PoweredOff())
          : new CompletableFuture<>();
    }

    @Override
    public void stop(Duration grace) {}

    @Override
    public void kill() {}

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }
}
