package dev.kctl.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kctl.guest.AgentChannel;
import dev.kctl.guest.AgentException;
import dev.kctl.guest.AgentTransport;
import dev.kctl.guest.Token;
import dev.kctl.linux.ChildLauncher;
import dev.kctl.linux.Tap;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every VMM must do, with the real keeper, kernel and agent. Each test ends with a look for
 * what was left behind.
 */
public abstract class HypervisorContract {
  /** For an emulated machine on a host with other work: what never comes is a failure anyway. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final long MEMORY = 192L * 1024 * 1024;
  private static final int SIGSTOP = 19;
  private static final int WRITTEN = 10 << 20;
  private static final int USER = 61_234;
  private static final NetworkDevice NETWORK =
      new NetworkDevice(TestNetwork.TAP, "02:00:c0:00:02:02", 1400);

  @TempDir private Path directory;
  private final Token token = Token.generate(new SecureRandom());
  private final AgentTransport transport = new AgentTransport();
  private final List<RunningVm> machines = new ArrayList<>();
  private KeptKeeper kept;
  private GuestImages images;
  private Hypervisor hypervisor;

  /** The driver under test. */
  protected abstract Hypervisor hypervisor(ChildLauncher launcher);

  /** The same, whose program is not where it is said to be. */
  protected abstract Hypervisor hypervisor(ChildLauncher launcher, Path program);

  /** What a machine is to run on here. */
  protected abstract Accelerator accelerator();

  @BeforeEach
  void start() throws IOException, InterruptedException {
    // As root's own home: only root itself passes it.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    Files.createDirectories(directory.resolve("run/v"));
    Files.setPosixFilePermissions(
        directory.resolve("run"), PosixFilePermissions.fromString("rwx--x--x"));
    Files.createDirectory(directory.resolve("c"));
    kept = new KeptKeeper(directory.resolve("root"), directory.resolve("run"));
    images = new GuestImages(directory.resolve("c"));
    hypervisor = hypervisor(kept.keeper());
  }

  @AfterEach
  void leavesNothingBehind() throws Exception {
    machines.forEach(RunningVm::close);
    transport.close();
    eventually(() -> processesOf(directory.resolve("run/v")).isEmpty());
    assertThat(directory.resolve("run/v")).isEmptyDirectory();
    kept.close();
  }

  @Test
  void runsAContainerToItsExitCode() throws Exception {
    try (var agent = bootContainer(1, "/bin/sh", "-c", "echo hello; exit 7")) {
      var run = ContainerRun.follow(agent);

      assertThat(run.exitCode()).isEqualTo(7);
      assertThat(run.output()).isEqualTo("hello\n");
      assertThat(exit(machines.getFirst())).isEqualTo(new VmExit.PoweredOff());
    }
  }

  @Test
  void carriesTwelveLayersAndAScratchDisk() throws Exception {
    try (var agent = bootContainer(12, "/bin/sh", "-c", "cat /line* >/all && cat /all")) {
      var run = ContainerRun.follow(agent);

      assertThat(run.exitCode()).isZero();
      assertThat(run.output().lines()).hasSize(12).contains("layer 0", "layer 11");
    }
  }

  @Test
  void carriesCallsBothWays() throws Exception {
    try (var dialled = bootContainer(1, "/bin/sh", "-c", "cat");
        var called =
            transport.connect(
                spec(Path.of("/unused")).vsock().socket(),
                GuestImages.AGENT_PORT,
                token,
                PATIENCE)) {
      assertThat(called.info(PATIENCE).getKernelRelease())
          .isEqualTo(dialled.info(PATIENCE).getKernelRelease());
    }
  }

  @Test
  void tellsAPowerOff() throws Exception {
    assertThat(exit(launch(images.scripted("busybox poweroff -f"))))
        .isEqualTo(new VmExit.PoweredOff());
  }

  @Test
  void tellsAPanic() throws Exception {
    assertThat(exit(launch(images.scripted("exit 1"))))
        .isInstanceOfSatisfying(
            VmExit.Panicked.class,
            panic -> assertThat(panic.message()).startsWith("Attempted to kill init!"));
  }

  @Test
  void tellsAPanicBehindAFloodOfTheConsole() throws Exception {
    var script = "busybox yes flood | busybox head -c 900000; exit 1";

    assertThat(exit(launch(images.scripted(script)))).isInstanceOf(VmExit.Panicked.class);
  }

  @Test
  void tellsAReset() throws Exception {
    assertThat(exit(launch(images.scripted("busybox reboot -f")))).isEqualTo(new VmExit.Reset());
  }

  @Test
  void killsAtOnce() throws Exception {
    var vm = launch(images.scripted("busybox sleep 600"));

    vm.kill();

    assertThat(exit(vm)).isEqualTo(new VmExit.Killed(9));
  }

  @Test
  void stopsAMachineThatDoesNotEndByItself() throws Exception {
    var vm = launch(images.scripted("echo up; busybox sleep 600"));
    awaitConsole("up");

    vm.stop(PATIENCE);

    assertThat(exit(vm)).isEqualTo(new VmExit.Stopped());
  }

  @Test
  void killsAVmmThatDoesNotStop() throws Exception {
    var vm = launch(images.scripted("echo up; busybox sleep 600"));
    awaitConsole("up");
    signal(vm.pid(), SIGSTOP);

    vm.stop(Duration.ofMillis(200));

    assertThat(exit(vm)).isEqualTo(new VmExit.Killed(9));
  }

  @Test
  void endsTheMachineWhenAHelperIsLost() throws Exception {
    var vm = launch(images.scripted("echo up; busybox sleep 600"));
    // Before it is up, the VMM itself may find that nobody answers.
    awaitConsole("up");

    for (var helper : vm.processes().helpers()) {
      signal(helper.pid(), 9);

      assertThat(exit(vm)).isInstanceOf(VmExit.DaemonLost.class);
    }
  }

  @Test
  void showsItsProcessesNothingOfTheHostButTheirOwn() throws Exception {
    var vm = launch(images.scripted("echo up; busybox sleep 600"));
    awaitConsole("up");

    var processes = new ArrayList<>(vm.processes().helpers());
    processes.add(vm.processes().vmm());
    for (var process : processes) {
      var own = Path.of("/proc", Long.toString(process.pid()));
      if (isRoot()) {
        assertThat(Files.readString(own.resolve("status")))
            .containsPattern("Uid:(\t61234){4}\n")
            .containsPattern("NSpid:\t\\d+\t1\n");
        assertThat(own.resolve("net/dev")).content().containsOnlyOnce(":");
        var shown = own.resolve("root" + directory);
        assertThat(names(shown.resolve("run"))).containsExactly("v");
        assertThat(names(shown)).containsExactly("run");
        assertThat(names(own.resolve("root/dev"))).containsOnly("null", "random", "urandom");
        assertThat(own.resolve("root/home")).doesNotExist();
      }
    }
  }

  @Test
  void tellsWhyAVmmRefusesToStart() throws Exception {
    var initramfs = images.scripted("busybox poweroff -f");
    var noKernel = Files.writeString(directory.resolve("c/vmlinux"), "not a kernel\n".repeat(99));

    assertThat(exit(launch(spec(noKernel, initramfs, List.of()))))
        .isInstanceOfSatisfying(
            VmExit.Refused.class,
            refused -> {
              assertThat(refused.code()).isNotZero();
              assertThat(refused.message()).isNotBlank();
            });
  }

  @Test
  void holdsAMachineUpWhileTheHostsDiskIsFull() throws Exception {
    var small = Files.createDirectory(directory.resolve("c/small"));
    run("mount", "-t", "tmpfs", "-o", "size=4m", "none", small.toString());
    try {
      var disk = small.resolve("disk");
      try (var file = new RandomAccessFile(disk.toFile(), "rw")) {
        file.setLength(WRITTEN);
      }
      var write = "busybox yes line | busybox head -c " + WRITTEN + " >/dev/vda; busybox sync";
      var spec =
          spec(
              kernel(),
              images.scripted(write + "; echo done; busybox poweroff -f"),
              List.of(new Disk(disk, "scratch", false)));
      var first = launch(spec);
      var stalled = new CompletableFuture<Stall>();
      ((Stalls) first).onStall(stalled::complete);

      assertThat(stalled.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .isEqualTo(new Stall.DiskFull("scratch"));
      assertThat(console()).content().doesNotContain("done");

      run("mount", "-o", "remount,size=32m", small.toString());
      ((Stalls) first).resume();
      assertThat(exit(first)).isEqualTo(new VmExit.PoweredOff());
      assertThat(((Stalls) first).stalled()).isEmpty();
      assertThat(Files.readString(disk)).isEqualTo("line\n".repeat(WRITTEN / 5));
    } finally {
      run("umount", "-l", small.toString());
    }
  }

  @Test
  void connectsAGuestToATapOfTheHosts() throws Exception {
    var script =
        """
        export PATH=/bin
        busybox mkdir -p /sys
        busybox mount -t sysfs sys /sys
        busybox ip link set eth0 up
        busybox ip addr add 192.0.2.2/24 dev eth0
        until busybox ping -c 1 -W 5 192.0.2.1 >/dev/null; do :; done
        echo "seen: $(busybox cat /sys/class/net/eth0/address /sys/class/net/eth0/mtu) pong"
        busybox poweroff -f
        """;
    var initramfs = images.scripted(script);
    try (var network = new TestNetwork(USER)) {
      network.run("ip", "addr", "add", "192.0.2.1/24", "dev", TestNetwork.TAP);
      network.run("ip", "link", "set", TestNetwork.TAP, "up");
      keepIn(network);

      assertThat(exit(launch(connected(initramfs)))).isEqualTo(new VmExit.PoweredOff());
      assertThat(console())
          .content()
          .containsPattern("seen: %s\\s+%d pong".formatted(NETWORK.mac(), NETWORK.mtu()));
    }
  }

  @Test
  void namesAMissingTap() throws Exception {
    var initramfs = images.scripted("");

    assertThatThrownBy(() -> launch(connected(initramfs)))
        .isInstanceOf(LaunchFailed.class)
        .hasMessage("TAP kt0 does not exist");
  }

  @Test
  void namesATapThatAnotherHolds() throws Exception {
    var initramfs = images.scripted("");
    try (var network = new TestNetwork(USER);
        var _ = network.call(() -> Tap.open(TestNetwork.TAP))) {
      keepIn(network);

      assertThatThrownBy(() -> launch(connected(initramfs)))
          .isInstanceOf(LaunchFailed.class)
          .hasMessage("open TAP kt0: another process holds it");
    }
  }

  @Test
  void namesAMissingKernel() throws Exception {
    var missing = directory.resolve("c/missing");
    var initramfs = images.scripted("");

    assertThatThrownBy(() -> launch(spec(missing, initramfs, List.of())))
        .isInstanceOf(BootFileMissing.class)
        .hasMessage("guest kernel %s does not exist".formatted(missing));
  }

  @Test
  void namesAMissingDisk() throws Exception {
    var missing = new Disk(directory.resolve("c/missing"), "layer0", true);
    var initramfs = images.scripted("");

    assertThatThrownBy(() -> launch(spec(kernel(), initramfs, List.of(missing))))
        .isInstanceOf(BootFileMissing.class)
        .hasMessageContaining(missing.file().toString());
  }

  @Test
  void namesAMissingVmm() throws Exception {
    var missing = directory.resolve("no-vmm");
    hypervisor = hypervisor(kept.keeper(), missing);
    var initramfs = images.scripted("");

    assertThatThrownBy(() -> launch(initramfs))
        .isInstanceOf(VmmNotFound.class)
        .hasMessageContaining(missing.toString());
  }

  @Test
  void keepsNotMoreThanTheCapOfAFloodedConsole() throws Exception {
    var vm = launch(images.scripted("busybox yes flood"));
    eventually(() -> consoleBytes() > 300_000);

    vm.kill();

    assertThat(consoleBytes()).isLessThan((256 + 1024 + 64) * 1024);
  }

  @Test
  void adoptsAMachineOfAnEarlierEngine() throws Exception {
    var initramfs = images.scripted("busybox sleep 600");
    var processes = launch(initramfs).processes();

    var adopted = hypervisor(kept.keeper()).adopt(spec(initramfs), processes);
    adopted.kill();

    assertThat(exit(adopted)).isEqualTo(new VmExit.Killed(9));
  }

  @Test
  void adoptsAMachineThatHasEndedMeanwhile() throws Exception {
    var initramfs = images.scripted("busybox poweroff -f");
    var vm = launch(initramfs);
    assertThat(exit(vm)).isEqualTo(new VmExit.PoweredOff());

    var adopted = hypervisor(kept.keeper()).adopt(spec(initramfs), vm.processes());

    assertThat(exit(adopted)).isEqualTo(new VmExit.Unseen());
  }

  @Test
  void keepsWatchWhereTheKeeperIsLost() throws Exception {
    var vm = launch(images.scripted("busybox sleep 600"));

    kept.kill();
    assertThat(vm.onExit().toCompletableFuture()).isNotDone();
    vm.kill();

    assertThat(exit(vm)).isEqualTo(new VmExit.Unseen());
  }

  /** From here on machines are started by a keeper in that network. */
  private void keepIn(TestNetwork network) throws Exception {
    kept.close();
    kept = network.call(() -> new KeptKeeper(directory.resolve("root"), directory.resolve("run")));
    hypervisor = hypervisor(kept.keeper());
  }

  private AgentChannel bootContainer(int layers, String... words) throws Exception {
    var initramfs = images.container(token, layers, words);
    var spec = spec(kernel(), initramfs, images.disks(layers));
    VmDirectory.create(spec.directory(), spec.uid());
    var listener = transport.bind(spec.vsock().listener(GuestImages.HOST_PORT), token);
    machines.add(hypervisor.launch(spec));
    try {
      return listener.accept(PATIENCE);
    } catch (AgentException e) {
      throw new AssertionError("console:\n" + Files.readString(console()), e);
    }
  }

  private RunningVm launch(Path initramfs) {
    return launch(spec(initramfs));
  }

  private RunningVm launch(VmSpec spec) {
    VmDirectory.create(spec.directory(), spec.uid());
    var vm = hypervisor.launch(spec);
    machines.add(vm);
    return vm;
  }

  private VmSpec spec(Path initramfs) {
    return spec(kernel(), initramfs, List.of());
  }

  private VmSpec spec(Path kernel, Path initramfs, List<Disk> disks) {
    return spec(kernel, initramfs, disks, List.of());
  }

  private VmSpec connected(Path initramfs) {
    return spec(kernel(), initramfs, List.of(), List.of(NETWORK));
  }

  private VmSpec spec(Path kernel, Path initramfs, List<Disk> disks, List<NetworkDevice> networks) {
    var own = directory.resolve("run/v/0123456789ab");
    return new VmSpec(
        "0123456789ab",
        kernel,
        initramfs,
        1,
        MEMORY,
        disks,
        networks,
        new Vsock(3, own.resolve("vsock")),
        console(),
        own,
        accelerator(),
        isRoot() ? OptionalInt.of(USER) : OptionalInt.empty());
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }

  private static Path kernel() {
    return Checkout.output("guest/vmlinux");
  }

  private Path console() {
    return directory.resolve("c/console.log");
  }

  /** The log's head and tail. */
  private long consoleBytes() throws IOException {
    var bytes = 0L;
    try (var files = Files.newDirectoryStream(directory.resolve("c"), "console.log*")) {
      for (var file : files) {
        bytes += size(file);
      }
    }
    return bytes;
  }

  /** The keeper renames and replaces the tail's parts meanwhile. */
  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException _) {
      return 0;
    }
  }

  private void awaitConsole(String text) throws Exception {
    eventually(() -> Files.exists(console()) && Files.readString(console()).contains(text));
  }

  private static VmExit exit(RunningVm vm) throws Exception {
    return vm.onExit().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static void signal(long pid, int signal) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  private static void run(String... words) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
  }

  private static void eventually(Condition condition) throws Exception {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** Those whose arguments name the directory. */
  private static List<String> processesOf(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.map(HypervisorContract::commandLine)
          .filter(line -> line.contains(directory.toString()))
          .toList();
    }
  }

  private static String commandLine(Path process) {
    try {
      return Files.readString(process.resolve("cmdline")).replace('\0', ' ');
    } catch (IOException _) {
      return "";
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }
}
