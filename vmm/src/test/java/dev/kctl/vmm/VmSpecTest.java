package dev.kctl.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class VmSpecTest {
  @Test
  void refusesTwoDisksOfOneSerialNumber() {
    var disk = new Disk(Path.of("/a"), "layer0", true);

    assertThatThrownBy(() -> Specs.machine(Accelerator.TCG, 1, disk, disk))
        .isInstanceOf(SpecUnsupported.class)
        .hasMessageContaining("layer0");
  }

  @Test
  void refusesASerialNumberThatTheGuestWouldSeeCut() {
    assertThatThrownBy(() -> new Disk(Path.of("/a"), "x".repeat(21), true))
        .isInstanceOf(SpecUnsupported.class);
  }

  @Test
  void refusesASerialNumberThatWouldBeMoreArguments() {
    assertThatThrownBy(() -> new Disk(Path.of("/a"), "x,file=/etc/shadow", true))
        .isInstanceOf(SpecUnsupported.class);
  }

  @Test
  void refusesASocketPathThatTheKernelWouldCut() {
    var path = Path.of("/" + "d".repeat(107));

    assertThatThrownBy(() -> new Vsock(3, path))
        .isInstanceOf(SpecUnsupported.class)
        .hasMessageContaining("108 bytes and a socket takes 107");
  }

  @Test
  void takesTheLongestSocketPath() {
    assertThat(new Vsock(3, Path.of("/" + "d".repeat(106))).cid()).isEqualTo(3);
  }

  @Test
  void namesWhereTheGuestsCallsArrive() {
    assertThat(new Vsock(3, Path.of("/v/vsock")).listener(1024))
        .isEqualTo(Path.of("/v/vsock_1024"));
  }
}
