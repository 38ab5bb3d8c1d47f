package dev.kctl.vmm.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kctl.linux.Child;
import dev.kctl.linux.ChildLauncher;
import dev.kctl.linux.ChildSpec;
import dev.kctl.linux.ChildStatus;
import dev.kctl.linux.KeeperException;
import dev.kctl.vmm.Accelerator;
import dev.kctl.vmm.LaunchFailed;
import dev.kctl.vmm.SpecUnsupported;
import dev.kctl.vmm.VmSpec;
import dev.kctl.vmm.Vsock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before a process is started. */
class QemuHypervisorTest {
  private static final Path PROGRAM = Path.of("/bin/true");

  @TempDir private Path directory;
  private final NoLauncher launcher = new NoLauncher();

  @Test
  void refusesAnInitramfsThatTheFirmwareWouldLayItsTablesOver() throws IOException {
    var spec = bootingFrom(4096 + 512);

    assertThatThrownBy(() -> hypervisor().launch(spec))
        .isInstanceOf(SpecUnsupported.class)
        .hasMessage(
            "initramfs %s has 4608 bytes, which is not a multiple of 4096: pad it with zeros"
                .formatted(spec.initramfs()));
    assertThat(launcher.asked).isFalse();
  }

  @Test
  void takesAnInitramfsOfWholePages() throws IOException {
    var spec = bootingFrom(2 * 4096);

    assertThatThrownBy(() -> hypervisor().launch(spec)).isInstanceOf(LaunchFailed.class);
    assertThat(launcher.asked).isTrue();
  }

  private QemuHypervisor hypervisor() {
    return new QemuHypervisor(launcher, PROGRAM, PROGRAM);
  }

  private VmSpec bootingFrom(int bytes) throws IOException {
    var own = directory.resolve("v");
    return new VmSpec(
        "0123456789ab",
        Files.writeString(directory.resolve("vmlinux"), "kernel"),
        Files.write(directory.resolve("initramfs"), new byte[bytes]),
        1,
        256L * 1024 * 1024,
        List.of(),
        List.of(),
        new Vsock(3, own.resolve("vsock")),
        directory.resolve("console.log"),
        own,
        Accelerator.TCG,
        OptionalInt.empty());
  }

  /** Starts nothing. */
  private static final class NoLauncher implements ChildLauncher {
    private boolean asked;

    @Override
    public Child spawn(ChildSpec spec) {
      asked = true;
      throw new KeeperException(KeeperException.Kind.IO, "nothing is started here", null);
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
