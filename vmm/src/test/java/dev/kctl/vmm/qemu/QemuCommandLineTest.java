package dev.kctl.vmm.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kctl.linux.ChildSpec.PassedFile;
import dev.kctl.linux.ChildSpec.PassedTap;
import dev.kctl.vmm.Accelerator;
import dev.kctl.vmm.Disk;
import dev.kctl.vmm.NetworkDevice;
import dev.kctl.vmm.SpecUnsupported;
import dev.kctl.vmm.Specs;
import dev.kctl.vmm.VmSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class QemuCommandLineTest {
  private static final OptionalLong TSC = OptionalLong.of(2_600_000);
  private static final String ALWAYS = "console=ttyS0 quiet panic=-1 dummy.numdummies=0";

  static Stream<Arguments> options() {
    var tcg = Specs.machine(Accelerator.TCG, 1);
    var kvm = Specs.machine(Accelerator.KVM, 4);
    var comma = Specs.in(Path.of("/run/a,b"), Accelerator.TCG, 1);
    return Stream.of(
        Arguments.of(tcg, TSC, "-machine", "microvm,memory-backend=ram,pit=off"),
        Arguments.of(tcg, OptionalLong.empty(), "-machine", "microvm,memory-backend=ram"),
        Arguments.of(kvm, TSC, "-machine", "microvm,memory-backend=ram"),
        Arguments.of(tcg, TSC, "-accel", "tcg,thread=single,tb-size=256"),
        Arguments.of(
            Specs.machine(Accelerator.TCG, 2), TSC, "-accel", "tcg,thread=multi,tb-size=256"),
        Arguments.of(kvm, TSC, "-accel", "kvm"),
        Arguments.of(tcg, TSC, "-cpu", "max"),
        Arguments.of(kvm, TSC, "-cpu", "host"),
        Arguments.of(kvm, TSC, "-smp", "4"),
        Arguments.of(tcg, TSC, "-m", "size=256M"),
        Arguments.of(tcg, TSC, "-object", "memory-backend-memfd,id=ram,share=on,size=256M"),
        Arguments.of(tcg, TSC, "-kernel", "/proc/self/fd/10"),
        Arguments.of(tcg, TSC, "-initrd", "/proc/self/fd/11"),
        Arguments.of(tcg, OptionalLong.empty(), "-append", ALWAYS),
        Arguments.of(kvm, TSC, "-append", ALWAYS),
        Arguments.of(
            tcg,
            TSC,
            "-append",
            ALWAYS + " tsc_early_khz=2600000 tsc=reliable no_timer_check" + " noreplace-smp"),
        Arguments.of(comma, TSC, "-qmp", "unix:/run/a,,b/qmp.sock,server=on,wait=off"),
        Arguments.of(comma, TSC, "-chardev", "socket,id=vsock,path=/run/a,,b/vhost.sock"));
  }

  @ParameterizedTest
  @MethodSource("options")
  void translates(VmSpec spec, OptionalLong tscKhz, String option, String value) {
    assertThat(values(QemuCommandLine.of(spec, Path.of("/q"), tscKhz), option)).contains(value);
  }

  @Test
  void passesDisksAsOpenFiles() {
    var command =
        QemuCommandLine.of(
            Specs.machine(
                Accelerator.TCG,
                1,
                new Disk(Path.of("/i/layer"), "layer0", true),
                new Disk(Path.of("/c/scratch"), "scratch", false)),
            Path.of("/q"),
            TSC);

    assertThat(command.files())
        .containsExactly(
            new PassedFile(Path.of("/k/vmlinux"), PassedFile.Mode.READ, 10),
            new PassedFile(Path.of("/c/initramfs"), PassedFile.Mode.READ, 11),
            new PassedFile(Path.of("/i/layer"), PassedFile.Mode.READ, 12),
            new PassedFile(Path.of("/c/scratch"), PassedFile.Mode.READ_WRITE, 13));
    assertThat(values(command, "-add-fd")).containsExactly("fd=12,set=12", "fd=13,set=13");
    assertThat(values(command, "-blockdev"))
        .containsExactly(
            "driver=raw,node-name=disk12,read-only=on,file.driver=file,"
                + "file.filename=/dev/fdset/12,file.read-only=on",
            "driver=raw,node-name=disk13,discard=unmap,detect-zeroes=unmap,file.driver=file,"
                + "file.filename=/dev/fdset/13,file.discard=unmap");
    assertThat(values(command, "-device"))
        .containsSubsequence(
            "virtio-blk-device,drive=disk12,serial=layer0",
            "virtio-blk-device,drive=disk13,serial=scratch,werror=stop");
  }

  @Test
  void passesNetworksAsOpenTaps() {
    var command =
        QemuCommandLine.of(
            Specs.connected(
                List.of(new Disk(Path.of("/i/layer"), "layer0", true)),
                new NetworkDevice("k0a", "02:00:ac:12:00:02", 1500),
                new NetworkDevice("k0b", "02:00:ac:13:00:02", 1400)),
            Path.of("/q"),
            TSC);

    assertThat(command.taps()).containsExactly(new PassedTap("k0a", 13), new PassedTap("k0b", 14));
    assertThat(values(command, "-netdev"))
        .containsExactly("tap,id=net0,fd=13,vhost=off", "tap,id=net1,fd=14,vhost=off");
    assertThat(values(command, "-device"))
        .contains(
            "virtio-net-device,netdev=net0,mac=02:00:ac:12:00:02,host_mtu=1500",
            "virtio-net-device,netdev=net1,mac=02:00:ac:13:00:02,host_mtu=1400");
    assertThat(command.arguments()).noneMatch(a -> a.contains("k0a") || a.contains("k0b"));
  }

  @Test
  void hasNoNetworkWhereNoneIsAskedFor() {
    var command = QemuCommandLine.of(Specs.machine(Accelerator.TCG, 1), Path.of("/q"), TSC);

    assertThat(command.taps()).isEmpty();
    assertThat(command.arguments()).noneMatch(a -> a.contains("net"));
  }

  @Test
  void neverNamesAFileThatQemuWouldOpenByItself() {
    var disk = new Disk(Path.of("/i/layer"), "layer0", true);
    var spec = Specs.machine(Accelerator.KVM, 1, disk);

    assertThat(QemuCommandLine.of(spec, Path.of("/q"), TSC).arguments())
        .noneMatch(a -> a.contains("/i/") || a.contains("/c/") || a.contains("/k/"));
  }

  @Test
  void alwaysRunsSandboxedAndWithoutTheUsersConfiguration() {
    var command = QemuCommandLine.of(Specs.machine(Accelerator.KVM, 1), Path.of("/q"), TSC);

    assertThat(command.arguments())
        .contains("-nodefaults", "-no-user-config", "-no-reboot", "-sandbox")
        .startsWith("/q");
    assertThat(values(command, "-sandbox"))
        .containsExactly("on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
  }

  @Test
  void takesTwentyDisks() {
    var command = QemuCommandLine.of(withDisks(20), Path.of("/q"), TSC);

    assertThat(values(command, "-device")).hasSize(23);
  }

  @Test
  void refusesTheDiskThatWouldHangTheBoot() {
    assertThatThrownBy(() -> QemuCommandLine.of(withDisks(21), Path.of("/q"), TSC))
        .isInstanceOf(SpecUnsupported.class)
        .hasMessage("21 disks and 0 networks are more than the 20 devices of a QEMU microvm");
  }

  @Test
  void countsNetworksAmongTheDevices() {
    var network = new NetworkDevice("k0", "02:00:ac:12:00:02", 1500);

    assertThat(
            values(
                QemuCommandLine.of(
                    Specs.connected(withDisks(19).disks(), network), Path.of("/q"), TSC),
                "-device"))
        .hasSize(23);
    assertThatThrownBy(
            () ->
                QemuCommandLine.of(
                    Specs.connected(withDisks(20).disks(), network), Path.of("/q"), TSC))
        .isInstanceOf(SpecUnsupported.class)
        .hasMessage("20 disks and 1 networks are more than the 20 devices of a QEMU microvm");
  }

  private static VmSpec withDisks(int count) {
    var disks =
        IntStream.range(0, count)
            .mapToObj(i -> new Disk(Path.of("/i/" + i), "layer" + i, true))
            .toArray(Disk[]::new);
    return Specs.machine(Accelerator.TCG, 1, disks);
  }

  private static List<String> values(QemuCommandLine command, String option) {
    var words = command.arguments();
    return IntStream.range(1, words.size())
        .filter(i -> words.get(i - 1).equals(option))
        .mapToObj(words::get)
        .toList();
  }
}
