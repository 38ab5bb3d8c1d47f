package dev.kctl.vmm;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Finds out whether KVM is of use here. That {@code /dev/kvm} exists proves nothing: nested and
 * restricted ones exist on which an ordinary guest crawls. So the guest kernel has to reach its
 * agent under KVM, once for each start of the host, each kernel and each VMM.
 */
public final class KvmSelfTest {
  /**
   * Processor time, for a busy host gives a machine little of it: a boot needs 0.8 s of it even
   * without KVM, and more than 10 s only where KVM itself is emulated on a busy host.
   */
  private static final BootWatch.Limits LIMITS =
      new BootWatch.Limits(
          Duration.ofMillis(100),
          Duration.ofSeconds(20),
          Duration.ofMillis(50),
          Duration.ofSeconds(30),
          Duration.ofMinutes(5));

  private final Hypervisor hypervisor;
  private final Path device;
  private final KvmVerdictFile verdicts;

  /**
   * @param verdicts where the verdict is kept between starts of the engine
   */
  public KvmSelfTest(Hypervisor hypervisor, Path verdicts) {
    this(hypervisor, verdicts, Path.of("/dev/kvm"));
  }

  /** With another device than the usual one. */
  public KvmSelfTest(Hypervisor hypervisor, Path verdicts, Path device) {
    this.hypervisor = hypervisor;
    this.device = device;
    this.verdicts = new KvmVerdictFile(verdicts);
  }

  /**
   * Chooses. Where nothing is known yet, a guest boots for it.
   *
   * @param forced what the user wants, whatever the host can do
   * @param vmm the VMM's program
   * @param kernel the guest kernel
   * @param probe makes a machine with {@link Accelerator#KVM}, only called where it must be tried;
   *     its directory is made and removed here
   * @param port the port on the host which that machine's agent dials
   */
  public synchronized AcceleratorChoice choose(
      Optional<Accelerator> forced, Path vmm, Path kernel, Supplier<VmSpec> probe, int port) {
    if (forced.isPresent()) {
      return new AcceleratorChoice(forced.get(), "asked for", false);
    }
    if (!Files.exists(device)) {
      return new AcceleratorChoice(Accelerator.TCG, device + " does not exist", false);
    }
    if (!Files.isReadable(device) || !Files.isWritable(device)) {
      return new AcceleratorChoice(
          Accelerator.TCG, device + " may not be opened: join the group kvm", true);
    }
    var subject = KvmVerdictFile.Subject.of(hypervisor.name(), vmm, kernel);
    var known = verdicts.read(subject);
    if (known.isPresent()) {
      return known.get();
    }
    try {
      var choice = choice(tryKvm(probe.get(), port));
      verdicts.write(subject, choice);
      return choice;
    } catch (VmmException e) {
      // No guest was tried: the next engine does it.
      return choice(Optional.of(String.valueOf(e.getMessage())));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return choice(Optional.of("the self-test was interrupted"));
    }
  }

  private AcceleratorChoice choice(Optional<String> obstacle) {
    return obstacle.isEmpty()
        ? new AcceleratorChoice(Accelerator.KVM, "a guest booted under KVM", false)
        : new AcceleratorChoice(
            Accelerator.TCG, "%s is of no use: %s".formatted(device, obstacle.get()), true);
  }

  /** What stands in the way; empty where the agent called. */
  private Optional<String> tryKvm(VmSpec spec, int port) throws InterruptedException {
    VmDirectory.create(spec.directory(), spec.uid());
    try (var server = listen(spec.vsock().listener(port));
        var vm = hypervisor.launch(spec)) {
      return awaitAgent(server, vm);
    } catch (IOException e) {
      throw new VmDirectoryFailed("self-test in %s: %s".formatted(spec.directory(), e), e);
    } finally {
      VmDirectory.delete(spec.directory());
    }
  }

  private static ServerSocketChannel listen(Path socket) throws IOException {
    var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
    return server;
  }

  private static Optional<String> awaitAgent(ServerSocketChannel server, RunningVm vm)
      throws InterruptedException {
    var called = new CompletableFuture<Optional<String>>();
    Thread.ofVirtual().start(() -> accept(server, called));
    var end = vm.onExit().thenApply(exit -> Optional.of(words(exit)));
    var news = called.applyToEither(end, first -> first);
    return new BootWatch(vm.pid(), LIMITS).await(news)
        ? news.join()
        : Optional.of(
            "a guest did not boot with %d s of processor time or stood still for %d s"
                .formatted(LIMITS.most().toSeconds(), LIMITS.idle().toSeconds()));
  }

  private static String words(VmExit exit) {
    return switch (exit) {
      case VmExit.Refused(_, var message) -> message;
      case VmExit.Failed(_, var message) -> message;
      case VmExit _ -> "the guest did not boot: " + exit;
    };
  }

  private static void accept(
      ServerSocketChannel server, CompletableFuture<Optional<String>> called) {
    try (var _ = server.accept()) {
      called.complete(Optional.empty());
    } catch (IOException _) {
      // The test is over.
    }
  }
}
