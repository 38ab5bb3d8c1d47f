package dev.kctl.vmm;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * Everything a virtual machine is to be, the same for every VMM.
 *
 * @param id names the machine's processes: 12 hexadecimal digits
 * @param kernel an uncompressed ELF kernel with a PVH entry
 * @param initramfs cpio archive: the agent and its boot configuration
 * @param memoryBytes a multiple of 1 MiB
 * @param disks in the order in which the guest meets them
 * @param networks what the guest is connected to; it has no network where this is empty
 * @param console where the guest's serial console is logged, capped
 * @param directory the machine's own runtime directory: sockets; removed with the machine
 * @param uid the user the VMM runs as; empty for the caller's own
 */
public record VmSpec(
    String id,
    Path kernel,
    Path initramfs,
    int vcpus,
    long memoryBytes,
    List<Disk> disks,
    List<NetworkDevice> networks,
    Vsock vsock,
    Path console,
    Path directory,
    Accelerator accelerator,
    OptionalInt uid) {
  private static final long MIB = 1024 * 1024;

  public VmSpec {
    SpecChecks.word("id", id);
    SpecChecks.absolute("kernel", kernel);
    SpecChecks.absolute("initramfs", initramfs);
    SpecChecks.positive("vcpus", vcpus);
    SpecChecks.positive("memory", memoryBytes);
    if (memoryBytes % MIB != 0) {
      throw new SpecUnsupported("memory %d is not a multiple of 1 MiB".formatted(memoryBytes));
    }
    disks = List.copyOf(disks);
    SpecChecks.distinct("two disks have the same serial number", disks, Disk::serial);
    networks = List.copyOf(networks);
    SpecChecks.distinct("two networks have the same TAP", networks, NetworkDevice::tap);
    SpecChecks.distinct("two networks have the same MAC address", networks, NetworkDevice::mac);
    SpecChecks.absolute("console", console);
    SpecChecks.absolute("directory", directory);
  }

  public long memoryMib() {
    return memoryBytes / MIB;
  }
}
