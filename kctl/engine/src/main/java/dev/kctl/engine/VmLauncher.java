package dev.kctl.engine;

import dev.kctl.engine.network.Connection;
import dev.kctl.engine.network.ContainerNetworks;
import dev.kctl.engine.network.GuestNetwork;
import dev.kctl.engine.network.NetworkRefusal;
import dev.kctl.engine.network.NetworkWishes;
import dev.kctl.guest.AgentChannel;
import dev.kctl.guest.AgentException;
import dev.kctl.guest.AgentListener;
import dev.kctl.guest.AgentTransport;
import dev.kctl.guest.Token;
import dev.kctl.guest.proto.BootConfig;
import dev.kctl.linux.ProcessIdentity;
import dev.kctl.vmm.Accelerator;
import dev.kctl.vmm.BootWatch;
import dev.kctl.vmm.Hypervisor;
import dev.kctl.vmm.NetworkDevice;
import dev.kctl.vmm.RunningVm;
import dev.kctl.vmm.VmDirectory;
import dev.kctl.vmm.VmProcesses;
import dev.kctl.vmm.VmSpec;
import dev.kctl.vmm.VmmException;
import dev.kctl.vmm.Vsock;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
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
  private static final Duration LONGEST_CALL = Duration.ofSeconds(15);
  private static final int GUEST_CID = 3;
  private static final int MOST_BOOTS = 3;

  private final Installation installation;
  private final Hypervisor hypervisor;
  private final AgentTransport transport;
  private final Accelerators accelerators;
  private final MachineFiles store;
  private final MachineUsers users;
  private final Strays strays;
  private final ContainerNetworks networks;
  private final HostFacts host;
  private final BootWatch.Limits limits;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  /** What a launcher works with. */
  record Tools(
      Hypervisor hypervisor,
      AgentTransport transport,
      Accelerators accelerators,
      ScratchDisks scratch,
      MachineUsers users,
      Strays strays,
      ContainerNetworks networks) {}

  VmLauncher(
      Installation installation,
      Tools tools,
      HostFacts host,
      BootWatch.Limits limits,
      InstantSource clock) {
    this.installation = installation;
    this.hypervisor = tools.hypervisor();
    this.transport = tools.transport();
    this.accelerators = tools.accelerators();
    this.store = new MachineFiles(installation, tools.scratch());
    this.users = tools.users();
    this.strays = tools.strays();
    this.networks = tools.networks();
    this.host = host;
    this.limits = limits;
    this.clock = clock;
  }

  @Override
  public void prepare() {
    var _ = accelerators.choose();
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
  }

  @Override
  public Guest launch(
      ContainerSpec spec, ContainerDirectory files, TerminalSize size, Trace trace) {
    var accelerator = accelerators.choose().accelerator();
    var sizes = MachineSizes.of(spec, accelerator, host);
    return boot(
        new Order(
            spec,
            files,
            sizes,
            spec.networkWishes(),
            (token, network, now) -> BootConfigs.of(spec, sizes, token, size, network, now),
            trace));
  }

  @Override
  public Guest launchFiles(ContainerSpec spec, ContainerDirectory files) {
    var sizes = MachineSizes.FILES;
    var guest =
        boot(
            new Order(
                spec,
                files,
                sizes,
                spec.networkWishes().none(),
                (token, network, now) ->
                    BootConfigs.of(spec, sizes, token, TerminalSize.UNKNOWN, network, now)
                        .toBuilder()
                        .setMode(BootConfig.Mode.FILES)
                        .clearProcess()
                        .build(),
                new Trace()));
    FilesBoot.await(guest);
    return guest;
  }

  /** Starts a machine, and anew where its boot hangs: see {@link BootWatch}. */
  private Guest boot(Order order) {
    for (var i = 1; i < MOST_BOOTS; i++) {
      try {
        return bootOnce(order);
      } catch (BootHangs e) {
        System.err.println("engine: starting the machine anew: " + e.getMessage());
      }
    }
    try {
      return bootOnce(order);
    } catch (BootHangs e) {
      throw failed(e);
    }
  }

  private Guest bootOnce(Order order) throws BootHangs {
    var accelerator = accelerators.choose().accelerator();
    var sizes = order.sizes;
    var token = Token.generate(random);
    try (var undo = new Rollback()) {
      var uid = users.claim();
      undo.add("user of the machine", () -> users.release(uid));
      // Ports and addresses are all that the boot image needs; the rest is made beside it.
      var connection = networks.connect(Residents.of(order.spec, order.files), order.wishes);
      undo.add("networks", connection::close);
      var plugged = inParallel(() -> plugIn(connection, uid, order.trace));
      var disk = inParallel(() -> store.makeDisk(order.spec, order.files, order.trace));
      var boot = inParallel(() -> makeBootImage(order, token, connection));
      var directory = installation.machineDirectory(order.spec.id().shortForm());
      VmDirectory.create(directory, uid);
      undo.add("directory of the machine", () -> VmDirectory.delete(directory));
      var listener =
          transport.bind(
              new Vsock(GUEST_CID, vsock(directory)).listener(BootConfigs.HOST_PORT), token);
      undo.add("socket of the agent", listener::close);
      plugged.join();
      disk.join();
      boot.join();
      var machine =
          specOf(
              order.spec,
              order.files,
              new Shape(accelerator, sizes.vcpus(), sizes.memoryBytes(), uid, devices(connection)));
      RunningVm vm;
      try (var _ = order.trace.begin("vmm")) {
        vm = hypervisor.launch(machine);
      }
      undo.add("machine", vm::close);
      AgentChannel channel;
      try (var _ = order.trace.begin("kernel and agent")) {
        channel = accept(listener, vm);
      }
      undo.disarm();
      return guest(machine, vm, channel, connection, order.trace);
    } catch (CompletionException e) {
      throw failed(e.getCause() == null ? e : e.getCause());
    } catch (VmmException | AgentException | NetworkRefusal e) {
      throw failed(e);
    }
  }

  private static void plugIn(Connection connection, OptionalInt uid, Trace trace) {
    try (var _ = trace.begin("networks")) {
      connection.plugIn(uid.orElse(0));
    }
  }

  private static List<NetworkDevice> devices(Connection connection) {
    return connection.devices().stream()
        .map(device -> new NetworkDevice(device.tap(), device.mac(), device.mtu()))
        .toList();
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
            new Shape(
                accelerator, machine.vcpus(), machine.memoryBytes(), machine.uid(), List.of()));
    var connection =
        networks.of(spec.id().hex()).orElseGet(() -> networks.none(spec.networkWishes()));
    var processes =
        machine.processes().stream().map(p -> new ProcessIdentity(p.pid(), p.startTime())).toList();
    try {
      var helpers = processes.subList(1, processes.size());
      var vm = hypervisor.adopt(vmSpec, new VmProcesses(processes.getFirst(), helpers));
      try {
        var token = MachineFiles.token(files);
        var channel =
            transport.connect(vmSpec.vsock().socket(), BootConfigs.AGENT_PORT, token, LONGEST_CALL);
        return guest(vmSpec, vm, channel, connection, new Trace());
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
    networks.of(spec.id().hex()).ifPresent(Connection::close);
    try {
      strays.clear(spec.id().shortForm());
    } catch (IOException e) {
      throw new EngineException.Failed("cannot look for what a machine left: " + e, e);
    }
  }

  /** A machine to be started: for whom, how big, and what its guest is told. */
  private record Order(
      ContainerSpec spec,
      ContainerDirectory files,
      MachineSizes sizes,
      NetworkWishes wishes,
      Recipe recipe,
      Trace trace) {}

  /** Makes a guest's configuration, anew for each try. */
  @FunctionalInterface
  private interface Recipe {
    BootConfig config(Token token, GuestNetwork network, long unixNanos);
  }

  /** What may differ between two machines for the same container. */
  private record Shape(
      Accelerator accelerator,
      int vcpus,
      long memoryBytes,
      OptionalInt uid,
      List<NetworkDevice> networks) {}

  private VmSpec specOf(ContainerSpec spec, ContainerDirectory files, Shape shape) {
    var id = spec.id().shortForm();
    var directory = installation.machineDirectory(id);
    return new VmSpec(
        id,
        installation.kernel(),
        MachineFiles.bootImage(files),
        shape.vcpus,
        shape.memoryBytes,
        store.disks(spec, files),
        shape.networks,
        new Vsock(GUEST_CID, vsock(directory)),
        MachineFiles.console(files),
        directory,
        shape.accelerator,
        shape.uid);
  }

  private static Path vsock(Path directory) {
    return directory.resolve("vsock");
  }

  private Guest guest(
      VmSpec spec, RunningVm vm, AgentChannel channel, Connection connection, Trace trace) {
    // Ends with the channel; an engine that comes later serves in its place.
    connection.resolver().ifPresent(names -> channel.serveNames(names::answer));
    return new VmGuest(
        spec,
        hypervisor.name(),
        vm,
        channel,
        trace,
        () -> {
          connection.close();
          users.release(spec.uid());
        });
  }

  private void makeBootImage(Order order, Token token, Connection connection) throws IOException {
    var network = connection.guest(Residents.of(order.spec, order.files));
    var now = BootConfigs.unixNanos(clock.instant());
    store.makeBootImage(order.files, order.recipe.config(token, network, now), token, order.trace);
  }

  /** The machine runs, and its agent will not call. */
  private static final class BootHangs extends Exception {
    private static final long serialVersionUID = 1;

    BootHangs() {
      super("the guest did not come up");
    }
  }

  /** Waits for the agent's call, or for the machine's end, whichever comes first. */
  private AgentChannel accept(AgentListener listener, RunningVm vm) throws BootHangs {
    var call = inParallelGet(() -> listener.accept(limits.longest().plus(LONGEST_CALL)));
    var end = vm.onExit().toCompletableFuture();
    try {
      if (!new BootWatch(vm.pid(), limits).await(CompletableFuture.anyOf(call, end))) {
        listener.close();
        throw new BootHangs();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException.Failed("interrupted", e);
    }
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
    if (cause instanceof NetworkRefusal refusal) {
      return StartFailures.of(refusal);
    }
    var failure = StartFailures.lost(StartFailures.printable(String.valueOf(cause.getMessage())));
    failure.initCause(cause);
    return failure;
  }
}
