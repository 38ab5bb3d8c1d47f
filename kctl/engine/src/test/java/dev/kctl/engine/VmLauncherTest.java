package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kctl.engine.network.ContainerNetworks;
import dev.kctl.engine.network.FakeHostSide;
import dev.kctl.engine.network.NetworkStore;
import dev.kctl.guest.AgentTransport;
import dev.kctl.linux.Child;
import dev.kctl.linux.ChildLauncher;
import dev.kctl.linux.ChildSpec;
import dev.kctl.linux.ChildStatus;
import dev.kctl.vmm.Accelerator;
import dev.kctl.vmm.BootWatch;
import dev.kctl.vmm.KvmSelfTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of machines that never reach their agent. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class VmLauncherTest {
  private static final Duration NEVER = Duration.ofMinutes(2);

  /** Whoever uses more than a moment of processor time hangs; whoever uses none may go on. */
  private static final BootWatch.Limits LIMITS =
      new BootWatch.Limits(
          Duration.ofMillis(20), NEVER, Duration.ofMillis(10), Duration.ofMillis(1), NEVER);

  private static final ContainerId ID = new ContainerId("0123456789ab".repeat(6).substring(0, 64));

  @TempDir Path directory;
  private final AgentTransport transport = new AgentTransport();
  private Installation installation;
  private ContainerDirectory files;
  private ContainerSpec spec;
  private ContainerNetworks networks;

  @BeforeEach
  void install() throws IOException {
    installation =
        new Installation(
            directory.resolve("root"), directory.resolve("run"), directory.resolve("home"));
    Files.createDirectories(installation.machines());
    Files.createDirectories(installation.agent().getParent());
    Files.write(installation.agent(), new byte[512]);
    spec = spec();
    files = ContainerDirectory.of(installation.root(), ID);
    Files.createDirectories(files.machine());
    Files.createFile(files.scratch());
    var host = new FakeHostSide();
    networks =
        new ContainerNetworks(
            NetworkStore.open(installation.root(), "machine", "boot", host), host);
    networks.adopt(List.of());
  }

  @AfterEach
  void close() {
    transport.close();
    networks.close();
  }

  @Test
  void aSilentMachineIsStartedAnewTwice() {
    var hypervisor = new SilentHypervisor(2, false);
    try (var guest = launch(hypervisor)) {
      assertThat(guest.isAlive()).isTrue();
      assertThat(hypervisor.launched).hasValue(3);
      assertThat(hypervisor.closed).hasValue(2);
    }
    assertThat(hypervisor.closed).hasValue(3);
  }

  @Test
  void aMachineThatStaysSilentIsAFailureThatLeavesNothing() throws IOException {
    var hypervisor = new SilentHypervisor(3, false);
    assertThatThrownBy(() -> launch(hypervisor)).isInstanceOf(EngineException.StartFailed.class);
    assertThat(hypervisor.launched).hasValue(3);
    assertThat(hypervisor.closed).hasValue(3);
    assertThat(installation.machines()).isEmptyDirectory();
  }

  @Test
  void aMachineThatEndsIsNotStartedAnew() {
    var hypervisor = new SilentHypervisor(0, true);
    assertThatThrownBy(() -> launch(hypervisor))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("ended before its agent called");
    assertThat(hypervisor.launched).hasValue(1);
    assertThat(installation.machines()).isEmptyDirectory();
  }

  private Guest launch(SilentHypervisor hypervisor) {
    var clock = InstantSource.system();
    var accelerators =
        new Accelerators(
            installation,
            new KvmSelfTest(hypervisor, directory.resolve("kvm-verdict.json")),
            Optional.of(Accelerator.TCG),
            MachineUsers.none(),
            clock);
    var tools =
        new VmLauncher.Tools(
            hypervisor,
            transport,
            accelerators,
            new ScratchDisks(installation.root(), (_, _) -> {}),
            MachineUsers.none(),
            new Strays(installation, new NoChildren()),
            networks);
    return new VmLauncher(installation, tools, HostFacts.read("silent", "/"), LIMITS, clock)
        .launch(spec, files, TerminalSize.UNKNOWN, new Trace());
  }

  private static ContainerSpec spec() throws IOException {
    return CreateRequests.spec(
        ID,
        "quiet",
        Instant.EPOCH,
        FakeImages.image(),
        List.of(),
        Json.parse("{\"Image\":\"demo\"}".getBytes(StandardCharsets.UTF_8)));
  }

  /** A keeper that has none. */
  private static final class NoChildren implements ChildLauncher {
    @Override
    public Child spawn(ChildSpec child) {
      throw new UnsupportedOperationException("nothing is started here");
    }

    @Override
    public Optional<Child> find(String id) {
      return Optional.empty();
    }

    @Override
    public List<ChildStatus> list() {
      return List.of();
    }

    @Override
    public void forget(String id) {}
  }
}
