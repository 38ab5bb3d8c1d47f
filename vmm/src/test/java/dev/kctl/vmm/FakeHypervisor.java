package dev.kctl.vmm;

import dev.kctl.linux.ProcessIdentity;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Machines of nothing, whose agent calls at once or whose VMM ends at once. */
final class FakeHypervisor implements Hypervisor {
  /** Above every pid of a kernel's: a process that has used no processor time. */
  private static final long NOBODY = 1L << 31;

  private final Optional<VmExit> end;
  boolean calls = true;
  int launched;
  int closed;

  /**
   * @param end how the VMM ends; empty for a machine whose agent calls
   */
  FakeHypervisor(Optional<VmExit> end) {
    this.end = end;
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public RunningVm launch(VmSpec spec) {
    launched++;
    if (calls && end.isEmpty()) {
      call(spec);
    }
    return new FakeVm();
  }

  @Override
  public RunningVm adopt(VmSpec spec, VmProcesses processes) {
    throw new UnsupportedOperationException("nothing of it outlives an engine");
  }

  private static void call(VmSpec spec) {
    try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(spec.vsock().listener(1024)))) {
      // Being called is all that the self-test waits for.
    } catch (IOException e) {
      throw new AssertionError("nobody listens", e);
    }
  }

  private final class FakeVm implements RunningVm {
    @Override
    public long pid() {
      return NOBODY;
    }

    @Override
    public VmProcesses processes() {
      return new VmProcesses(new ProcessIdentity(1, 1), List.of());
    }

    @Override
    public CompletionStage<VmExit> onExit() {
      return end.map(CompletableFuture::completedFuture).orElseGet(CompletableFuture::new);
    }

    @Override
    public void stop(Duration grace) {}

    @Override
    public void kill() {}

    @Override
    public void close() {
      closed++;
    }
  }
}
