package dev.kctl.vmm;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** Specifications for tests that start nothing. */
public final class Specs {
  private static final Path DIRECTORY = Path.of("/run/kctl/v/0123456789ab");

  private Specs() {}

  public static VmSpec machine(Accelerator accelerator, int vcpus, Disk... disks) {
    return in(DIRECTORY, accelerator, vcpus, disks);
  }

  public static VmSpec in(Path directory, Accelerator accelerator, int vcpus, Disk... disks) {
    return of(directory, accelerator, vcpus, List.of(disks), List.of());
  }

  public static VmSpec connected(List<Disk> disks, NetworkDevice... networks) {
    return of(DIRECTORY, Accelerator.TCG, 1, disks, List.of(networks));
  }

  private static VmSpec of(
      Path directory,
      Accelerator accelerator,
      int vcpus,
      List<Disk> disks,
      List<NetworkDevice> networks) {
    return new VmSpec(
        "0123456789ab",
        Path.of("/k/vmlinux"),
        Path.of("/c/initramfs"),
        vcpus,
        256L * 1024 * 1024,
        disks,
        networks,
        new Vsock(3, directory.resolve("vsock")),
        Path.of("/c/console.log"),
        directory,
        accelerator,
        OptionalInt.of(20001));
  }
}
