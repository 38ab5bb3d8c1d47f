package dev.kctl.vmm.qemu;

import dev.kctl.linux.Child;
import dev.kctl.linux.ChildLauncher;
import dev.kctl.linux.ChildSpec;
import dev.kctl.linux.Confinement;
import dev.kctl.linux.KeeperException;
import dev.kctl.linux.TscFrequency;
import dev.kctl.vmm.Accelerator;
import dev.kctl.vmm.BootFileMissing;
import dev.kctl.vmm.Hypervisor;
import dev.kctl.vmm.LaunchFailed;
import dev.kctl.vmm.RunningVm;
import dev.kctl.vmm.SpecUnsupported;
import dev.kctl.vmm.VmDirectory;
import dev.kctl.vmm.VmProcesses;
import dev.kctl.vmm.VmSpec;
import dev.kctl.vmm.VmmNotFound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Starts machines with QEMU, each with a vsock daemon of its own. */
public final class QemuHypervisor implements Hypervisor {
  private static final Path KVM = Path.of("/dev/kvm");
  private static final int PAGE = 4096;

  private final ChildLauncher launcher;
  private final Path qemu;
  private final VsockDaemon daemons;
  private final HostCounter counter = new HostCounter();

  /**
   * @param qemu the absolute path of {@code qemu-system-x86_64}
   * @param vhostDeviceVsock the absolute path of the daemon
   */
  public QemuHypervisor(ChildLauncher launcher, Path qemu, Path vhostDeviceVsock) {
    this.launcher = launcher;
    this.qemu = qemu;
    daemons = new VsockDaemon(launcher, vhostDeviceVsock);
  }

  @Override
  public String name() {
    return "qemu";
  }

  @Override
  public RunningVm launch(VmSpec spec) {
    var rollback = new Rollback();
    rollback.add(() -> VmDirectory.delete(spec.directory()));
    try {
      requireFiles(spec);
      var daemon = daemons.start(spec, rollback);
      var vmm = MachineProcess.of(spawn(spec));
      return new QemuVm(spec, vmm, MachineProcess.of(daemon), () -> forget(spec));
    } catch (KeeperException e) {
      var failure = new LaunchFailed(String.valueOf(e.getMessage()), e);
      rollback.run(failure);
      throw failure;
    } catch (RuntimeException e) {
      rollback.run(e);
      throw e;
    }
  }

  @Override
  public RunningVm adopt(VmSpec spec, VmProcesses processes) {
    var vmm = MachineProcess.found(processes.vmm(), launcher.find(childId(spec)));
    var daemon =
        MachineProcess.found(
            processes.helpers().getFirst(), launcher.find(VsockDaemon.childId(spec)));
    return new QemuVm(spec, vmm, daemon, () -> forget(spec));
  }

  private Child spawn(VmSpec spec) {
    giveTo(spec, spec.initramfs());
    var tscKhz = spec.accelerator() == Accelerator.TCG ? counter.khz() : OptionalLong.empty();
    var command = QemuCommandLine.of(spec, qemu, tscKhz);
    return launcher.spawn(
        new ChildSpec(
                childId(spec),
                command.arguments(),
                Map.of(),
                spec.uid(),
                command.files(),
                Optional.of(spec.console()),
                Optional.of(QemuFiles.log(spec)))
            .inGroups(groups(spec))
            .confined(view(spec))
            .limited(QemuLimits.of(spec))
            .holding(command.taps()));
  }

  /** The program with its libraries and firmware; what is the machine's comes as descriptors. */
  private Confinement view(VmSpec spec) {
    var view = Confinement.system().writing(spec.directory());
    var own = qemu.startsWith("/usr") ? view : view.reading(qemu);
    return spec.accelerator() == Accelerator.KVM ? own.writing(KVM) : own;
  }

  /**
   * Where KVM is for a group only, as is usual, the machine's user must be in it; never in root.
   */
  private static List<Integer> groups(VmSpec spec) {
    if (spec.accelerator() != Accelerator.KVM || spec.uid().isEmpty()) {
      return List.of();
    }
    try {
      var group = (Integer) Files.getAttribute(KVM, "unix:gid");
      return group == 0 ? List.of() : List.of(group);
    } catch (IOException e) {
      throw new LaunchFailed("cannot tell the group of %s: %s".formatted(KVM, e), e);
    }
  }

  private static String childId(VmSpec spec) {
    return "vm-" + spec.id();
  }

  private void forget(VmSpec spec) {
    for (var id : List.of(childId(spec), VsockDaemon.childId(spec))) {
      try {
        launcher.forget(id);
      } catch (KeeperException _) {
        // A keeper that is gone remembers nothing.
      }
    }
  }

  private void requireFiles(VmSpec spec) {
    requireProgram(qemu, "install qemu-system-x86");
    daemons.requireProgram();
    requireReadable("guest kernel", spec.kernel());
    requireReadable("initramfs", spec.initramfs());
    requireWholePages(spec.initramfs());
    spec.disks().forEach(disk -> requireReadable("disk " + disk.serial(), disk.file()));
  }

  static void requireProgram(Path program, String remedy) {
    if (!Files.isExecutable(program)) {
      throw new VmmNotFound("no program %s: %s".formatted(program, remedy));
    }
  }

  private static void requireReadable(String what, Path file) {
    if (!Files.isReadable(file)) {
      throw new BootFileMissing(
          Files.exists(file)
              ? "%s %s cannot be read".formatted(what, file)
              : "%s %s does not exist".formatted(what, file));
    }
  }

  /** The firmware would lay its ACPI tables over the end of another one: AE_NO_ACPI_TABLES. */
  private static void requireWholePages(Path initramfs) {
    try {
      var size = Files.size(initramfs);
      if (size % PAGE != 0) {
        throw new SpecUnsupported(
            "initramfs %s has %d bytes, which is not a multiple of %d: pad it with zeros"
                .formatted(initramfs, size, PAGE));
      }
    } catch (IOException e) {
      throw new BootFileMissing("initramfs %s: %s".formatted(initramfs, e), e);
    }
  }

  /** QEMU reads it as its own user, and it holds a secret: nobody else may. */
  private static void giveTo(VmSpec spec, Path file) {
    if (spec.uid().isEmpty()) {
      return;
    }
    try {
      Files.setAttribute(file, "unix:uid", spec.uid().getAsInt(), LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw new LaunchFailed(
          "cannot give %s to user %d: %s".formatted(file, spec.uid().getAsInt(), e), e);
    }
  }

  /** Measured once, when the first machine needs it. */
  private static final class HostCounter {
    private Optional<OptionalLong> measured = Optional.empty();

    synchronized OptionalLong khz() {
      if (measured.isEmpty()) {
        measured = Optional.of(TscFrequency.measureKhz());
      }
      return measured.get();
    }
  }
}
