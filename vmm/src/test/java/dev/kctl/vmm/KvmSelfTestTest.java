package dev.kctl.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KvmSelfTestTest {
  private static final Optional<Accelerator> UNFORCED = Optional.empty();

  @TempDir private Path directory;
  private final FakeHypervisor calling = new FakeHypervisor(Optional.empty());
  private final FakeHypervisor failing =
      new FakeHypervisor(Optional.of(new VmExit.Failed(1, "no such CPU")));
  private Path device;
  private Path vmm;
  private Path kernel;

  @BeforeEach
  void files() throws IOException {
    device = Files.writeString(directory.resolve("kvm"), "");
    vmm = Files.writeString(directory.resolve("qemu"), "program");
    kernel = Files.writeString(directory.resolve("vmlinux"), "kernel");
  }

  @Test
  void doesWhatIsAskedForWithoutATest() {
    assertThat(choose(failing, Optional.of(Accelerator.KVM)))
        .isEqualTo(new AcceleratorChoice(Accelerator.KVM, "asked for", false));
    assertThat(failing.launched).isZero();
  }

  @Test
  void emulatesWithoutAWarningWhereThereIsNoKvm() throws IOException {
    Files.delete(device);

    assertThat(choose(calling, UNFORCED))
        .isEqualTo(new AcceleratorChoice(Accelerator.TCG, device + " does not exist", false));
    assertThat(calling.launched).isZero();
  }

  @Test
  void takesKvmWhereTheAgentCalls() {
    assertThat(choose(calling, UNFORCED).accelerator()).isEqualTo(Accelerator.KVM);
    assertThat(calling.closed).isEqualTo(1);
    assertThat(directory.resolve("v")).doesNotExist();
  }

  @Test
  void emulatesWithAWarningWhereTheGuestDoesNotBoot() {
    var choice = choose(failing, UNFORCED);

    assertThat(choice.accelerator()).isEqualTo(Accelerator.TCG);
    assertThat(choice.warn()).isTrue();
    assertThat(choice.reason()).startsWith(device + " is of no use: ").contains("no such CPU");
    assertThat(failing.closed).isEqualTo(1);
  }

  @Test
  void triesAndWarnsOnlyOnce() {
    var first = choose(failing, UNFORCED);
    var second = choose(failing, UNFORCED);

    assertThat(second).isEqualTo(new AcceleratorChoice(Accelerator.TCG, first.reason(), false));
    assertThat(failing.launched).isEqualTo(1);
  }

  @Test
  void triesAgainWithAnotherKernel() throws IOException {
    choose(failing, UNFORCED);
    Files.writeString(kernel, "another kernel");

    choose(failing, UNFORCED);

    assertThat(failing.launched).isEqualTo(2);
  }

  @Test
  void triesAgainWhereTheVerdictIsDamaged() throws IOException {
    choose(failing, UNFORCED);
    Files.writeString(directory.resolve("verdict.json"), "{\"schema\":1,\"subj");

    choose(failing, UNFORCED);

    assertThat(failing.launched).isEqualTo(2);
  }

  @Test
  void keepsNoVerdictWhereNoGuestCouldBeTried() throws IOException {
    var occupied = Files.writeString(directory.resolve("v"), "a file where the directory goes");

    var choice = choose(calling, UNFORCED);

    assertThat(choice.accelerator()).isEqualTo(Accelerator.TCG);
    assertThat(choice.warn()).isTrue();
    assertThat(calling.launched).isZero();
    Files.delete(occupied);
    assertThat(choose(calling, UNFORCED).accelerator()).isEqualTo(Accelerator.KVM);
  }

  @Test
  void keepsNoVerdictWhereItWasInterrupted() {
    var silent = new FakeHypervisor(Optional.empty());
    silent.calls = false;

    Thread.currentThread().interrupt();
    assertThat(choose(silent, UNFORCED).accelerator()).isEqualTo(Accelerator.TCG);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(choose(calling, UNFORCED).accelerator()).isEqualTo(Accelerator.KVM);
  }

  private AcceleratorChoice choose(Hypervisor hypervisor, Optional<Accelerator> forced) {
    return new KvmSelfTest(hypervisor, directory.resolve("verdict.json"), device)
        .choose(forced, vmm, kernel, this::probe, 1024);
  }

  private VmSpec probe() {
    var own = directory.resolve("v");
    return new VmSpec(
        "0123456789ab",
        kernel,
        kernel,
        1,
        64L * 1024 * 1024,
        List.of(),
        List.of(),
        new Vsock(3, own.resolve("vsock")),
        directory.resolve("console.log"),
        own,
        Accelerator.KVM,
        OptionalInt.empty());
  }
}
