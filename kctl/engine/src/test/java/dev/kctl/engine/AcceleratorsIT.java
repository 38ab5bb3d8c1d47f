package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kctl.linux.Keeper;
import dev.kctl.linux.KeeperException;
import dev.kctl.vmm.Accelerator;
import dev.kctl.vmm.Hypervisor;
import dev.kctl.vmm.KvmSelfTest;
import dev.kctl.vmm.RunningVm;
import dev.kctl.vmm.VmProcesses;
import dev.kctl.vmm.VmSpec;
import dev.kctl.vmm.qemu.QemuHypervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the probe of KVM is one that the real agent takes: emulated, since it must be seen. */
class AcceleratorsIT {
  @TempDir private Path directory;
  private Installation installation;
  private Keeper keeper;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    installation =
        new Installation(
            directory.resolve("root"), directory.resolve("run"), directory.resolve("home"));
    copy("guest/vmlinux", installation.kernel());
    copy("guest/agent.cpio", installation.agent());
    copy("host/vhost-device-vsock", installation.vsockDaemon());
    Files.createDirectories(installation.machines());
    keeper = startKeeper();
  }

  @AfterEach
  void end() {
    keeper.close();
    ProcessHandle.allProcesses()
        .filter(process -> commandLine(process).contains("\0" + installation.runtime() + "\0"))
        .forEach(AcceleratorsIT::end);
  }

  @Test
  void theProbeReachesItsHost() throws IOException {
    var device = Files.createFile(directory.resolve("kvm"));
    var test = new KvmSelfTest(new Emulated(qemu()), directory.resolve("verdict.json"), device);
    var accelerators =
        new Accelerators(
            installation, test, Optional.empty(), MachineUsers.none(), InstantSource.system());

    var choice = accelerators.choose();

    assertThat(choice.accelerator()).as(choice.reason()).isEqualTo(Accelerator.KVM);
    assertThat(accelerators.warnings()).isEmpty();
    assertThat(keeper.list()).isEmpty();
    assertThat(installation.machines()).isEmptyDirectory();
  }

  private QemuHypervisor qemu() {
    return new QemuHypervisor(keeper, installation.qemu(), installation.vsockDaemon());
  }

  /** QEMU that emulates whatever it is asked for. */
  private record Emulated(Hypervisor real) implements Hypervisor {
    @Override
    public String name() {
      return real.name();
    }

    @Override
    public RunningVm launch(VmSpec spec) {
      assertThat(spec.accelerator()).isEqualTo(Accelerator.KVM);
      return real.launch(
          new VmSpec(
              spec.id(),
              spec.kernel(),
              spec.initramfs(),
              spec.vcpus(),
              spec.memoryBytes(),
              spec.disks(),
              spec.networks(),
              spec.vsock(),
              spec.console(),
              spec.directory(),
              Accelerator.TCG,
              spec.uid()));
    }

    @Override
    public RunningVm adopt(VmSpec spec, VmProcesses processes) {
      return real.adopt(spec, processes);
    }
  }

  private static Path output(String name) {
    var file = Path.of(System.getenv("KCTL_CHECKOUT"), "out", name);
    assertThat(file).as("`make guest host` builds it").exists();
    return file;
  }

  private static void copy(String output, Path place) throws IOException {
    Files.createDirectories(place.getParent());
    Files.copy(output(output), place, StandardCopyOption.COPY_ATTRIBUTES);
  }

  /** The real one, whose engine is a sleep. */
  private Keeper startKeeper() throws IOException, InterruptedException {
    var command =
        List.of(
            output("host/kctl-keeper").toString(),
            "--root",
            installation.root().toString(),
            "--runtime-dir",
            installation.runtime().toString(),
            "--",
            "/bin/sleep",
            "600");
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      try {
        return Keeper.connect(installation.keeperSocket());
      } catch (KeeperException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      }
    }
  }

  private static void end(ProcessHandle process) {
    process.children().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().join();
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
    } catch (IOException _) {
      return "";
    }
  }
}
