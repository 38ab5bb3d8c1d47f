package dev.kctl.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VmSpecTest {
  private static final String MAC = "02:00:ac:12:00:02";
  private static final String OTHER_MAC = "02:00:ac:12:00:03";

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
  void refusesTwoNetworksThatTheGuestWouldTakeForOne() {
    var one = new NetworkDevice("k0", MAC, 1500);

    assertThatThrownBy(
            () -> Specs.connected(List.of(), one, new NetworkDevice("k0", OTHER_MAC, 1500)))
        .isInstanceOf(SpecUnsupported.class)
        .hasMessageStartingWith("two networks have the same TAP");
    assertThatThrownBy(() -> Specs.connected(List.of(), one, new NetworkDevice("k1", MAC, 1500)))
        .isInstanceOf(SpecUnsupported.class)
        .hasMessageStartingWith("two networks have the same MAC address");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a-name-of-sixteen", "k0,script=/x", "k%d"})
  void refusesWhatIsNoNameOfATap(String name) {
    assertThatThrownBy(() -> new NetworkDevice(name, MAC, 1500))
        .isInstanceOf(SpecUnsupported.class)
        .hasMessageContaining(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "03:00:00:00:00:01", "02:00:00:00:00:01,x=y", "02:00:00:00:00:0A"})
  void refusesWhatIsNoAddressOfOneStation(String mac) {
    assertThatThrownBy(() -> new NetworkDevice("k0", mac, 1500))
        .isInstanceOf(SpecUnsupported.class)
        .hasMessageContaining(mac);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 67, 65_522})
  void refusesAnMtuThatNoGuestTakes(int mtu) {
    assertThatThrownBy(() -> new NetworkDevice("k0", MAC, mtu))
        .isInstanceOf(SpecUnsupported.class)
        .hasMessage("MTU %d of k0 is not between 68 and 65521".formatted(mtu));
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
