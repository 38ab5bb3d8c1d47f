package dev.kctl.engine.network;

import static dev.kctl.engine.network.NetworkWishesTest.wishes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kctl.net.AddressRequest;
import dev.kctl.net.NetworkSpec;
import dev.kctl.net.Subnet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerNetworksTest {
  private static final String A = "a".repeat(64);
  private static final String B = "b".repeat(64);

  @TempDir Path root;
  private final FakeHostSide host = new FakeHostSide();
  private ContainerNetworks networks;

  @BeforeEach
  void open() {
    networks = new ContainerNetworks(NetworkStore.open(root, "machine", "boot", host), host);
    networks.adopt(List.of());
  }

  @AfterEach
  void close() {
    networks.close();
  }

  @Test
  void aConnectionHasAnAddressBeforeItIsPluggedInAndLeavesNothing() {
    var connection = networks.connect(resident(A), wishes("{}"));
    var guest = connection.guest(resident(A));
    assertThat(guest.interfaces()).hasSize(1);
    assertThat(guest.interfaces().getFirst().addresses()).first().isEqualTo("172.17.0.2/16");
    assertThat(guest.interfaces().getFirst().gateway4()).isEqualTo("172.17.0.1");
    assertThat(guest.hosts()).contains("172.17.0.2\thost-a");
    assertThat(guest.resolver()).isTrue();
    assertThat(host.attached).isEmpty();

    connection.plugIn(1);
    assertThat(host.attached).hasSize(1);
    assertThat(connection.devices().getFirst().mtu()).isEqualTo(1400);

    connection.close();
    assertThat(host.attached).isEmpty();
    assertThat(networks.of(A)).isEmpty();
    assertThat(networks.store().leases()).isEmpty();
    assertThat(resident(A).file()).doesNotExist();
  }

  @Test
  void whoStartsAnewHasAnotherAddressUnlessItIsItsOwn() {
    var _ =
        networks
            .store()
            .create(
                NetworkSpec.named("web")
                    .withAddresses(
                        new AddressRequest(Subnet.parse("10.1.0.0/24"), null, null), null));
    for (var i = 2; i < 4; i++) {
      try (var connection = networks.connect(resident(A), wishes(in("web", "")))) {
        assertThat(connection.endpoints().getFirst().lease().v4()).hasToString("10.1.0." + i);
      }
      try (var connection = networks.connect(resident(B), wishes(in("web", "10.1.0.9")))) {
        assertThat(connection.endpoints().getFirst().lease().v4()).hasToString("10.1.0.9");
      }
    }
  }

  @Test
  void whatIsTakenOrNotThereIsRefusedAndLeavesNothing() throws IOException {
    var _ =
        networks
            .store()
            .create(
                NetworkSpec.named("web")
                    .withAddresses(
                        new AddressRequest(Subnet.parse("10.1.0.0/24"), null, null), null));
    try (var _ = networks.connect(resident(B), wishes(in("web", "10.1.0.9")))) {
      assertRefused(in("web", "10.1.0.9"), 403, "Address already in use");
    }
    assertRefused(in("web", "10.2.0.9"), 400, "no configured subnet contains IP address 10.2.0.9");
    assertRefused(in("bridge", "172.17.0.9"), 400, "supported on user defined networks only");
    assertRefused(in("nope", ""), 404, "network nope not found");
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertRefused(
          "{'HostConfig':{'PortBindings':{'80/tcp':[{'HostPort':'"
              + taken.getLocalPort()
              + "'}]}}}",
          500,
          "port is already allocated");
    }
    assertThat(networks.store().leases()).isEmpty();
  }

  @Test
  void aNetworkWithoutAWayOutPublishesNothing() {
    var _ =
        networks
            .store()
            .create(
                new NetworkSpec(
                    "in", AddressRequest.ANY, null, true, false, 0, Map.of(), Map.of()));
    assertRefused(
        "{'HostConfig':{'NetworkMode':'in','PortBindings':{'80/tcp':[{'HostPort':''}]}}}",
        400,
        "internal");
    try (var connection = networks.connect(resident(A), wishes(in("in", "")))) {
      assertThat(connection.guest(resident(A)).interfaces().getFirst().gateway4()).isEmpty();
    }
  }

  @Test
  void theNextEngineFindsAddressesAndPortsAgain() throws IOException {
    var wishes = wishes("{'HostConfig':{'PortBindings':{'80/tcp':[{'HostPort':''}]}}}");
    var before = networks.connect(resident(A), wishes);
    before.plugIn(1);
    var stray = networks.connect(resident(B), wishes("{}"));
    assertThat(stray.endpoints()).hasSize(1);
    networks.close();

    open(List.of(new ContainerNetworks.Survivor(resident(A), wishes)));
    var after = networks.of(A).orElseThrow();
    assertThat(after.ports()).isEqualTo(before.ports());
    assertThat(after.endpoints().toString()).isEqualTo(before.endpoints().toString());
    assertThat(networks.store().leases()).hasSize(1);
    assertThatThrownBy(
            () ->
                new ServerSocket(
                    after.ports().getFirst().hostPort(), 1, InetAddress.getLoopbackAddress()))
        .isInstanceOf(IOException.class);
    after.close();
    assertThat(host.attached).isEmpty();
    new ServerSocket(before.ports().getFirst().hostPort(), 1, InetAddress.getLoopbackAddress())
        .close();
  }

  @Test
  void aHostThatCannotMakeATapIsLeftAsItWas() {
    host.full = true;
    var connection = networks.connect(resident(A), wishes("{}"));
    assertThatThrownBy(() -> connection.plugIn(1)).hasMessageContaining("no more TAPs");
    connection.close();
    assertThat(networks.store().leases()).isEmpty();
  }

  @Test
  void namesAreThoseOfUserNetworks() {
    var _ = networks.store().create(NetworkSpec.named("web"));
    try (var usual = networks.connect(resident(A), wishes("{}"));
        var named = networks.connect(resident(B), wishes(in("web", "")))) {
      assertThat(usual.endpoints().getFirst().names()).isEmpty();
      assertThat(named.endpoints().getFirst().names())
          .containsExactly("name-b", "b".repeat(12), "host-b");
      networks.rename(B, "other");
      assertThat(named.endpoints().getFirst().names()).first().isEqualTo("other");
    }
  }

  @Test
  void leavingTakesWhatNobodyUsesOffTheHost() {
    var connection = networks.connect(resident(A), wishes("{}"));
    connection.plugIn(1);
    networks.leave();
    assertThat(host.up).hasSize(1);
    connection.close();
    networks.leave();
    assertThat(host.up).isEmpty();
  }

  private void open(List<ContainerNetworks.Survivor> survivors) {
    networks = new ContainerNetworks(NetworkStore.open(root, "machine", "boot", host), host);
    networks.adopt(survivors);
  }

  private void assertRefused(String request, int status, String words) {
    assertThatThrownBy(() -> networks.connect(resident(A), wishes(request)))
        .isInstanceOfSatisfying(NetworkRefusal.class, e -> assertThat(e.status()).isEqualTo(status))
        .hasMessageContaining(words);
  }

  private static String in(String network, String address) {
    var settings = address.isEmpty() ? "{}" : "{'IPAMConfig':{'IPv4Address':'" + address + "'}}";
    return "{'HostConfig':{'NetworkMode':'"
        + network
        + "'},'NetworkingConfig':{'EndpointsConfig':{'"
        + network
        + "':"
        + settings
        + "}}}";
  }

  private Resident resident(String id) {
    var letter = id.substring(0, 1);
    return new Resident(id, "name-" + letter, "host-" + letter, "", root.resolve(letter + ".json"));
  }
}
