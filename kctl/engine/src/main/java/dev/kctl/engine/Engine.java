package dev.kctl.engine;

import dev.kctl.engine.network.ContainerNetworks;
import dev.kctl.engine.network.KernelSide;
import dev.kctl.engine.network.NetworkStore;
import dev.kctl.engine.network.NoHostSide;
import dev.kctl.guest.AgentTransport;
import dev.kctl.image.ImageStore;
import dev.kctl.linux.Keeper;
import dev.kctl.linux.SparseFiles;
import dev.kctl.vmm.BootWatch;
import dev.kctl.vmm.KvmSelfTest;
import dev.kctl.vmm.qemu.QemuHypervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;

/** The composition root: every part of the engine, made by hand and put together here only. */
final class Engine {
  private final EngineOptions options;
  private final Keeper keeper;
  private final ServerIdentity identity;
  private final HostClock clock = HostClock.system();
  private final Activity activity = new Activity(clock);
  private final CompletableFuture<Void> handOver = new CompletableFuture<>();
  private final ContainerNetworks networks;
  private final ApiServer server;

  private Engine(EngineOptions options, Keeper keeper, ServerIdentity identity) throws IOException {
    this.options = options;
    this.keeper = keeper;
    this.identity = identity;
    this.networks = networks(options.installation());
    this.server = compose();
  }

  static Engine start(EngineOptions options, Keeper keeper, ServerIdentity identity)
      throws IOException {
    return new Engine(options, keeper, identity);
  }

  /** Whether a newer client has asked for room; the machines run on. */
  CompletableFuture<Void> handOver() {
    return handOver;
  }

  /** Returns once nobody needs the engine and nobody can connect any more. */
  void awaitUnused() throws IOException, InterruptedException {
    do {
      activity.awaitIdle(options.linger());
    } while (!server.closeIfUnused());
    networks.leave();
  }

  /** Takes the socket away and ends all conversations; the machines run on. */
  void leave() throws IOException {
    server.close();
    networks.leave();
  }

  private ApiServer compose() throws IOException {
    var installation = options.installation();
    var users = users(installation);
    var images =
        new StoredImages(
            ImageStore.open(
                installation.root(),
                new ImportLauncher(installation, keeper, users, options.recordings())));
    var hypervisor = new QemuHypervisor(keeper, installation.qemu(), installation.vsockDaemon());
    var host = HostFacts.read(hypervisor.name(), installation.qemu().toString());
    var kvm = new KvmSelfTest(hypervisor, installation.root().resolve("kvm-verdict.json"));
    var accelerators = new Accelerators(installation, kvm, options.accelerator(), users, clock);
    var scratch = new ScratchDisks(installation.root(), SparseFiles::copy);
    var strays = new Strays(installation, keeper);
    var tools =
        new VmLauncher.Tools(
            hypervisor, new AgentTransport(), accelerators, scratch, users, strays, networks);
    var launcher = new VmLauncher(installation, tools, host, BootWatch.Limits.USUAL, clock);
    var root = installation.root();
    var indexes = new Indexes(root, host.bootId(), identity.build());
    var events = new Events(new EventFile(root), clock);
    var containers =
        new Containers(
            root,
            new Containers.Tools(
                images,
                launcher,
                activity,
                clock,
                HostRoom.of(root, options.lowWater()),
                new Boot(root, host.bootId(), keeper::keepEngine),
                indexes,
                events,
                networks));
    recover(installation, containers, strays);
    indexes.images(images.list());
    var router =
        ApiRoutes.router(
            new SystemApi(
                identity,
                installation.root(),
                containers,
                images,
                host,
                events,
                () -> handOver.complete(null)),
            new ImagesApi(images, containers, indexes, activity, options.registries(), events),
            new ContainersApi(containers, clock),
            new NetworksApi(networks, containers, events, clock),
            new LifeApi(containers),
            new EventsApi(events, clock),
            new PruneApi(containers, images, indexes, events, clock),
            new StreamsApi(containers));
    var _ =
        ApiRoutes.withGuests(
            router,
            new ExecApi(containers, clock),
            new GuestApi(containers, clock),
            new FilesApi(containers));
    Thread.ofVirtual().start(() -> prepare(scratch));
    return ApiServer.start(installation.socket(), router, identity, activity);
  }

  /** Machines have users of their own where the engine may give them away. */
  private static MachineUsers users(Installation installation) throws IOException {
    return isRoots(installation) ? MachineUsers.of(installation.root()) : MachineUsers.none();
  }

  private static ContainerNetworks networks(Installation installation) throws IOException {
    var root = installation.root();
    var host = HostFacts.read("", "");
    var side = isRoots(installation) ? new KernelSide(root) : new NoHostSide();
    return new ContainerNetworks(
        NetworkStore.open(root, host.machineId(), host.bootId(), side), side);
  }

  private static boolean isRoots(Installation installation) throws IOException {
    return (Integer) Files.getAttribute(installation.root(), "unix:uid") == 0;
  }

  private void recover(Installation installation, Containers containers, Strays strays)
      throws IOException {
    makeDirectory(installation.machines(), "rwx--x--x");
    makeDirectory(installation.root().resolve("images"), "rwx------");
    containers.read();
    strays.sweep(containers.claimed());
    networks.adopt(containers.survivors());
    containers.recover();
  }

  /** The first container should not wait for what can be made before. */
  private static void prepare(ScratchDisks scratch) {
    try {
      var _ = scratch.template(false);
      var _ = scratch.template(true);
    } catch (IOException e) {
      System.err.println("engine: " + e.getMessage());
    }
  }

  /** Makes a directory of the engine's, passable for the users of machines where it is root. */
  static void makeDirectory(Path directory, String mode) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(directory);
    }
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
  }
}
