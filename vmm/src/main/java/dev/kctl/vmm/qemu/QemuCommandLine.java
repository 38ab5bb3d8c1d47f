package dev.kctl.vmm.qemu;

import dev.kctl.linux.ChildSpec.PassedFile;
import dev.kctl.linux.ChildSpec.PassedTap;
import dev.kctl.vmm.Disk;
import dev.kctl.vmm.NetworkDevice;
import dev.kctl.vmm.SpecUnsupported;
import dev.kctl.vmm.VmSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What QEMU is told: its arguments, and the files and network devices it finds open. The user it
 * runs as can open none of them, so disks are descriptor sets, and kernel and initramfs are read
 * through {@code /proc}.
 */
record QemuCommandLine(List<String> arguments, List<PassedFile> files, List<PassedTap> taps) {
  /** With ACPI there are 24 slots; the last one's interrupt gets lost. */
  private static final int USABLE_SLOTS = 23;

  /** vsock, random numbers and balloon. */
  private static final int OTHER_DEVICES = 3;

  private static final int FIRST_DESCRIPTOR = 10;

  /** After kernel and initramfs. */
  private static final int FIRST_DISK = FIRST_DESCRIPTOR + 2;

  /**
   * A VMM that was taken over by its guest starts no process, gains no right and changes neither
   * priorities nor affinities.
   */
  private static final String SANDBOX =
      "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny";

  /** A full host disk holds the machine up, and {@link QemuStalls} tells of it. */
  private static final String WRITE_ERRORS = ",werror=stop";

  QemuCommandLine {
    arguments = List.copyOf(arguments);
    files = List.copyOf(files);
    taps = List.copyOf(taps);
  }

  /**
   * Translates a specification.
   *
   * @param tscKhz the rate of the host's time stamp counter, which an emulated guest sees too
   */
  static QemuCommandLine of(VmSpec spec, Path qemu, OptionalLong tscKhz) {
    requireSlots(spec);
    var builder = new Builder();
    builder.add(qemu.toString());
    builder.add("-name", "kctl-" + spec.id());
    builder.add("-nodefaults");
    builder.add("-no-user-config");
    builder.add("-display", "none");
    builder.add("-no-reboot");
    builder.add("-sandbox", SANDBOX);
    machine(builder, spec, tscKhz);
    boot(builder, spec, tscKhz);
    sockets(builder, spec);
    spec.disks().forEach(disk -> disk(builder, disk));
    spec.networks().forEach(network -> network(builder, network));
    builder.add("-object", "rng-builtin,id=rng");
    builder.add("-device", "virtio-rng-device,rng=rng");
    builder.add("-device", "virtio-balloon-device,free-page-reporting=on");
    return new QemuCommandLine(builder.arguments, builder.files, builder.taps);
  }

  private static void requireSlots(VmSpec spec) {
    var disks = spec.disks().size();
    var networks = spec.networks().size();
    if (disks + networks + OTHER_DEVICES > USABLE_SLOTS) {
      throw new SpecUnsupported(
          "%d disks and %d networks are more than the %d devices of a QEMU microvm"
              .formatted(disks, networks, USABLE_SLOTS - OTHER_DEVICES));
    }
  }

  /** The serial number of the disk whose node has this name; the name itself where none has. */
  static String serial(VmSpec spec, String node) {
    for (var i = 0; i < spec.disks().size(); i++) {
      if (node.equals("disk" + (FIRST_DISK + i))) {
        return spec.disks().get(i).serial();
      }
    }
    return node.replaceAll("[^A-Za-z0-9_-]", "?");
  }

  private static void machine(Builder builder, VmSpec spec, OptionalLong tscKhz) {
    switch (spec.accelerator()) {
      case KVM -> {
        builder.add("-machine", "microvm,memory-backend=ram");
        builder.add("-accel", "kvm");
        builder.add("-cpu", "host");
      }
      case TCG -> {
        // Without its interval timer the kernel can only be told the counter's rate, not measure
        // it.
        var timer = tscKhz.isPresent() ? ",pit=off" : "";
        builder.add("-machine", "microvm,memory-backend=ram" + timer);
        builder.add(
            "-accel",
            "tcg,thread=%s,tb-size=%d"
                .formatted(spec.vcpus() == 1 ? "single" : "multi", QemuLimits.TRANSLATION_MIB));
        builder.add("-cpu", "max");
      }
    }
    builder.add("-smp", Integer.toString(spec.vcpus()));
    builder.add("-m", "size=%dM".formatted(spec.memoryMib()));
    // Shared with the vsock daemon.
    builder.add(
        "-object", "memory-backend-memfd,id=ram,share=on,size=%dM".formatted(spec.memoryMib()));
  }

  private static void boot(Builder builder, VmSpec spec, OptionalLong tscKhz) {
    var kernel = builder.pass(spec.kernel(), PassedFile.Mode.READ);
    builder.add("-kernel", "/proc/self/fd/" + kernel);
    var initramfs = builder.pass(spec.initramfs(), PassedFile.Mode.READ);
    builder.add("-initrd", "/proc/self/fd/" + initramfs);
    builder.add("-append", KernelArguments.of(spec.accelerator(), tscKhz));
  }

  private static void sockets(Builder builder, VmSpec spec) {
    builder.add("-chardev", "stdio,id=console,signal=off");
    builder.add("-serial", "chardev:console");
    builder.add("-qmp", "unix:%s,server=on,wait=off".formatted(option(QemuFiles.monitor(spec))));
    builder.add("-chardev", "socket,id=vsock,path=" + option(QemuFiles.vhost(spec)));
    builder.add("-device", "vhost-user-vsock-device,chardev=vsock");
  }

  private static void disk(Builder builder, Disk disk) {
    var descriptor =
        builder.pass(
            disk.file(), disk.readOnly() ? PassedFile.Mode.READ : PassedFile.Mode.READ_WRITE);
    var file = "file.driver=file,file.filename=/dev/fdset/" + descriptor;
    var node = "driver=raw,node-name=disk" + descriptor + ",";
    builder.add("-add-fd", "fd=%d,set=%d".formatted(descriptor, descriptor));
    builder.add(
        "-blockdev",
        disk.readOnly()
            ? node + "read-only=on," + file + ",file.read-only=on"
            : node + "discard=unmap,detect-zeroes=unmap," + file + ",file.discard=unmap");
    builder.add(
        "-device",
        "virtio-blk-device,drive=disk%d,serial=%s%s"
            .formatted(descriptor, disk.serial(), disk.readOnly() ? "" : WRITE_ERRORS));
  }

  /** QEMU itself does the copying: it is the only one that sees guest memory. */
  private static void network(Builder builder, NetworkDevice network) {
    var id = "net" + builder.taps.size();
    var descriptor = builder.pass(network.tap());
    builder.add("-netdev", "tap,id=%s,fd=%d,vhost=off".formatted(id, descriptor));
    builder.add(
        "-device",
        "virtio-net-device,netdev=%s,mac=%s,host_mtu=%d"
            .formatted(id, network.mac(), network.mtu()));
  }

  /** QEMU separates by commas, and takes a doubled one for itself. */
  private static String option(Path path) {
    return path.toString().replace(",", ",,");
  }

  private static final class Builder {
    private final List<String> arguments = new ArrayList<>();
    private final List<PassedFile> files = new ArrayList<>();
    private final List<PassedTap> taps = new ArrayList<>();

    void add(String... words) {
      arguments.addAll(List.of(words));
    }

    int pass(Path path, PassedFile.Mode mode) {
      var descriptor = next();
      files.add(new PassedFile(path, mode, descriptor));
      return descriptor;
    }

    int pass(String tap) {
      var descriptor = next();
      taps.add(new PassedTap(tap, descriptor));
      return descriptor;
    }

    private int next() {
      return FIRST_DESCRIPTOR + files.size() + taps.size();
    }
  }
}
