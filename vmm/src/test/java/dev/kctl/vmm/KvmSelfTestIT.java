package dev.kctl.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kctl.guest.Token;
import dev.kctl.vmm.qemu.QemuHypervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With this machine's own KVM, whatever that is worth: the machine runs as the caller. */
class KvmSelfTestIT {
  private static final Path QEMU = Path.of("/usr/bin/qemu-system-x86_64");

  @TempDir private Path directory;
  private KeptKeeper kept;
  private Path initramfs;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    Files.createDirectories(directory.resolve("run/v"));
    Files.createDirectory(directory.resolve("c"));
    kept = new KeptKeeper(directory.resolve("root"), directory.resolve("run"));
    initramfs =
        new GuestImages(directory.resolve("c"))
            .container(Token.generate(new SecureRandom()), 0, "/bin/true");
  }

  @AfterEach
  void end() throws IOException {
    kept.close();
  }

  @Test
  void reachesAVerdictAndKeepsIt() {
    var choice = choose();

    assertThat(choice.warn())
        .as(choice.reason())
        .isEqualTo(choice.accelerator() == Accelerator.TCG && Files.exists(Path.of("/dev/kvm")));
    assertThat(kept.keeper().list()).isEmpty();
    assertThat(directory.resolve("run/v")).isEmptyDirectory();
    assertThat(choose())
        .isEqualTo(new AcceleratorChoice(choice.accelerator(), choice.reason(), false));
  }

  private AcceleratorChoice choose() {
    var daemon = Checkout.output("host/vhost-device-vsock");
    var hypervisor = new QemuHypervisor(kept.keeper(), QEMU, daemon);
    return new KvmSelfTest(hypervisor, directory.resolve("verdict.json"))
        .choose(Optional.empty(), QEMU, kernel(), this::probe, GuestImages.HOST_PORT);
  }

  private VmSpec probe() {
    var own = directory.resolve("run/v/0123456789ab");
    return new VmSpec(
        "0123456789ab",
        kernel(),
        initramfs,
        1,
        192L * 1024 * 1024,
        List.of(),
        List.of(),
        new Vsock(3, own.resolve("vsock")),
        directory.resolve("c/console.log"),
        own,
        Accelerator.KVM,
        OptionalInt.empty());
  }

  private static Path kernel() {
    return Checkout.output("guest/vmlinux");
  }
}
