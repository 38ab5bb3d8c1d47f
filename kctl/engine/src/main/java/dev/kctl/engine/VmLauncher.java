package dev.kctl.engine;

import dev.kctl.guest.AgentChannel;
import dev.kctl.guest.AgentException;
import dev.kctl.guest.AgentListener;
import dev.kctl.guest.AgentTimeout;
import dev.kctl.guest.AgentTransport;
import dev.kctl.guest.BootImage;
import dev.kctl.guest.Token;
import dev.kctl.linux.ProcessIdentity;
import dev.kctl.vmm.Accelerator;
import dev.kctl.vmm.Disk;
import dev.kctl.vmm.Hypervisor;
import dev.kctl.vmm.RunningVm;
import dev.kctl.vmm.VmDirectory;
import dev.kctl.vmm.VmProcesses;
import dev.kctl.vmm.VmSpec;
import dev.kctl.vmm.VmmException;
import dev.kctl.vmm.Vsock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Starts containers' machines with a hypervisor and finds their agents. */
final class VmLauncher implements GuestLauncher {
  /**
   * How long a machine may stay silent before it is started anew. Under emulation about one boot in
   * a hundred on a busy host never reaches the agent (a lost interrupt is suspected), so only the
   * last try has all the time that a slow host may need.
   */
  private static final List<Duration> LONGEST_BOOTS =
      List.of(Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(60));

  private static final Duration LONGEST_CALL = Duration.ofSeconds(5);
  private static final int GUEST_CID = 3;

  private final Installation installation;
  private final Hypervisor hypervisor;
  private final AgentTransport transport;
  private final Accelerators accelerators;
  private final ScratchDisks scratch;
  private final MachineUsers users;
  private final Strays strays;
  private final HostFacts host;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  /** What a launcher works with. */
  record Tools(
      Hypervisor hypervisor,
      AgentTransport transport,
      Accelerators accelerators,
      ScratchDisks scratch,
      MachineUsers users,
      Strays strays) {}

  VmLauncher(Installation installation, Tools tools, HostFacts host, InstantSource clock) {
    this.installation = installation;
    this.hypervisor = tools.hypervisor();
    this.transport = tools.transport();
    this.accelerators = tools.accelerators();
    this.scratch = tools.scratch();
    this.users = tools.users();
    this.strays = tools.strays();
    this.host = host;
    this.clock = clock;
  }

  @Override
  public List<String> warnings() {
    return accelerators.warnings();
  }

  @Override
  public void check(ContainerSpec spec) {
    var runtime = spec.runtime().orElse(hypervisor.name());
    if (!runtime.equals(hypervisor.name())) {
      throw new EngineException.InvalidParameter(
          "unknown or invalid runtime name: " + runtime + ": " + hypervisor.name() + " is there");
    }
    var _ = BootConfigs.hosts(spec);
  }

  @Override
  public Guest launch(
      ContainerSpec spec, ContainerDirectory files, TerminalSize size, Trace trace) {
    for (var longestBoot : LONGEST_BOOTS.subList(0, LONGEST_BOOTS.size() - 1)) {
      try {
        return launch(spec, files, size, trace, longestBoot);
      } catch (EngineException e) {
        if (!(e.getCause() instanceof AgentTimeout)) {
          throw e;
        }
        System.err.println("engine: starting the machine anew: " + e.getMessage());
      }
    }
    return launch(spec, files, size, trace, LONGEST_BOOTS.getLast());
  }

  private Guest launch(
      ContainerSpec spec,
      ContainerDirectory files,
      TerminalSize size,
      Trace trace,
      Duration longestBoot) {
    var accelerator = accelerators.choose().accelerator();
    var sizes = MachineSizes.of(spec, accelerator, host);
    var token = Token.generate(random);
    try (var undo = new Rollback()) {
      var uid = users.claim();
      undo.add("user of the machine", () -> users.release(uid));
      var disk = inParallel(() -> makeDisk(spec, files, trace));
      var boot = inParallel(() -> makeBootImage(spec, files, sizes, token, size, trace));
      var machine =
          specOf(spec, files, new Shape(accelerator, sizes.vcpus(), sizes.memoryBytes(), uid));
      VmDirectory.create(machine.directory(), uid);
      undo.add("directory of the machine", () -> VmDirectory.delete(machine.directory()));
      var listener = transport.bind(machine.vsock().listener(BootConfigs.HOST_PORT), token);
      undo.add("socket of the agent", listener::close);
      disk.join();
      boot.join();
      RunningVm vm;
      try (var _ = trace.begin("vmm")) {
        vm = hypervisor.launch(machine);
      }
      undo.add("machine", vm::close);
      AgentChannel channel;
      try (var _ = trace.begin("kernel and agent")) {
        channel = accept(listener, vm, longestBoot);
      }
      undo.disarm();
      return guest(machine, vm, channel, trace);
    } catch (CompletionException e) {
      throw failed(e.getCause() == null ? e : e.getCause());
    } catch (VmmException | AgentException e) {
      throw failed(e);
    }
  }

  @Override
  public Guest adopt(ContainerSpec spec, ContainerDirectory files, Machine machine) {
    if (!Strays.isAlive(machine)) {
      throw new EngineException.Failed("the machine ended while no engine ran");
    }
    users.reclaim(machine.uid());
    var accelerator = Accelerator.valueOf(machine.accelerator());
    var vmSpec =
        specOf(
            spec,
            files,
            new Shape(accelerator, machine.vcpus(), machine.memoryBytes(), machine.uid()));
    var processes =
        machine.processes().stream().map(p -> new ProcessIdentity(p.pid(), p.startTime())).toList();
    try {
      var helpers = processes.subList(1, processes.size());
      var vm = hypervisor.adopt(vmSpec, new VmProcesses(processes.getFirst(), helpers));
      try {
        var token = Token.parse(Files.readString(tokenFile(files)).strip());
        var channel =
            transport.connect(vmSpec.vsock().socket(), BootConfigs.AGENT_PORT, token, LONGEST_CALL);
        return guest(vmSpec, vm, channel, new Trace());
      } catch (EngineException | AgentException | IOException | IllegalArgumentException e) {
        vm.close();
        throw e;
      }
    } catch (AgentException | VmmException | IOException | IllegalArgumentException e) {
      users.release(machine.uid());
      throw new EngineException.Failed("the machine is out of reach: " + e.getMessage(), e);
    }
  }

  @Override
  public void clear(ContainerSpec spec) {
    try {
      strays.clear(spec.id().shortForm());
    } catch (IOException e) {
      throw new EngineException.Failed("cannot look for what a machine left: " + e, e);
    }
  }

  /** What may differ between two machines for the same container. */
  private record Shape(Accelerator accelerator, int vcpus, long memoryBytes, OptionalInt uid) {}

  private VmSpec specOf(ContainerSpec spec, ContainerDirectory files, Shape shape) {
    var id = spec.id().shortForm();
    var directory = installation.machineDirectory(id);
    var disks = new ArrayList<Disk>();
    for (var i = 0; i < spec.layers().size(); i++) {
      var layer = installation.root().resolve(spec.layers().get(i));
      disks.add(new Disk(layer, BootConfigs.layerSerial(i), true));
    }
    disks.add(new Disk(files.scratch(), BootConfigs.SCRATCH, false));
    return new VmSpec(
        id,
        installation.kernel(),
        files.machine().resolve("boot.cpio"),
        shape.vcpus,
        shape.memoryBytes,
        disks,
        new Vsock(GUEST_CID, directory.resolve("vsock")),
        files.machine().resolve("console.log"),
        directory,
        shape.accelerator,
        shape.uid);
  }

  private Guest guest(VmSpec spec, RunningVm vm, AgentChannel channel, Trace trace) {
    return new VmGuest(
        spec, hypervisor.name(), vm, channel, trace, () -> users.release(spec.uid()));
  }

  /** A disk is kept from run to run; only a new container gets an empty one. */
  private void makeDisk(ContainerSpec spec, ContainerDirectory files, Trace trace)
      throws IOException {
    try (var _ = trace.begin("scratch disk")) {
      if (!Files.exists(files.scratch())) {
        scratch.create(files.scratch(), !spec.autoRemove());
      }
    }
  }

  private void makeBootImage(
      ContainerSpec spec,
      ContainerDirectory files,
      MachineSizes sizes,
      Token token,
      TerminalSize size,
      Trace trace)
      throws IOException {
    try (var _ = trace.begin("boot image")) {
      var now = BootConfigs.unixNanos(clock.instant());
      var config = BootConfigs.of(spec, sizes, token, size, now);
      BootImage.write(installation.agent(), config, files.machine().resolve("boot.cpio"));
      DurableFiles.replaceQuickly(
          tokenFile(files), token.hex().getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static Path tokenFile(ContainerDirectory files) {
    return files.machine().resolve("token");
  }

  /** Waits for the agent's call, or for the machine's end, whichever comes first. */
  private static AgentChannel accept(AgentListener listener, RunningVm vm, Duration longestBoot) {
    var call = inParallelGet(() -> listener.accept(longestBoot));
    var end = vm.onExit().toCompletableFuture();
    CompletableFuture.anyOf(call, end).exceptionally(_ -> null).join();
    if (end.isDone() && !call.isDone()) {
      // It may have called and ended at once: then the call is about to be accepted.
      try {
        return call.get(200, TimeUnit.MILLISECONDS);
      } catch (TimeoutException | ExecutionException e) {
        listener.close();
        throw new EngineException.Failed(
            "the machine ended before its agent called: " + VmEnds.describe(vm), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new EngineException.Failed("interrupted", e);
      }
    }
    return call.join();
  }

  /** Work that may fail with an input or output error. */
  private interface Work {
    void run() throws IOException;
  }

  private static CompletableFuture<Void> inParallel(Work work) {
    return inParallelGet(
        () -> {
          try {
            work.run();
            return null;
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        });
  }

  private static <T extends @Nullable Object> CompletableFuture<T> inParallelGet(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, task -> Thread.ofVirtual().start(task));
  }

  private static EngineException failed(Throwable cause) {
    if (cause instanceof EngineException known) {
      return known;
    }
    var failure = StartFailures.lost(StartFailures.printable(String.valueOf(cause.getMessage())));
    failure.initCause(cause);
    return failure;
  }
}
