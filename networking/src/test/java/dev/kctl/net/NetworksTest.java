package dev.kctl.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworksTest {
  @TempDir private Path directory;

  @Test
  void networksAreThereAgainAfterARestart() {
    Network made;
    try (var networks = open()) {
      var spec =
          new NetworkSpec(
              "web",
              AddressRequest.ANY,
              AddressRequest.ANY,
              true,
              true,
              1400,
              Map.of("a", "b"),
              Map.of("mtu", "1400"));
      made = networks.create(spec, List.of());
      assertThat(made.v6()).isNotNull();
    }
    try (var networks = open()) {
      assertThat(networks.all()).containsExactly(made);
      assertThat(networks.get("web")).isEqualTo(made);
      assertThat(networks.get(made.id().substring(0, 12))).isEqualTo(made);
      networks.remove(made);
    }
    try (var networks = open()) {
      assertThat(networks.all()).isEmpty();
      assertThatThrownBy(() -> networks.get("web")).isInstanceOf(NoSuchNetwork.class);
    }
  }

  @Test
  void theDefaultPoolsAreDockersWithoutWhatTheHostReaches() {
    try (var networks = open()) {
      var routes =
          List.of(
              Subnet.parse("172.17.0.0/16"),
              Subnet.parse("172.18.4.0/24"),
              Subnet.parse("0.0.0.0/0"));
      assertThat(networks.create(NetworkSpec.named("a"), routes).v4().subnet())
          .hasToString("172.19.0.0/16");
      var all =
          IntStream.range(0, 28)
              .mapToObj(i -> networks.create(NetworkSpec.named("n" + i), routes))
              .toList();
      assertThat(all.getLast().v4().subnet()).hasToString("192.168.240.0/20");
      assertThatThrownBy(() -> networks.create(NetworkSpec.named("z"), routes))
          .isInstanceOf(SubnetUnavailable.class)
          .hasMessageContaining("--subnet");
    }
  }

  @Test
  void theUniqueLocalPrefixIsTheHostsOwn() {
    try (var networks = open()) {
      var one = networks.create(NetworkSpec.named("a").withIpv6(), List.of()).v6();
      var two = networks.create(NetworkSpec.named("b").withIpv6(), List.of()).v6();
      assertThat(one).isNotNull();
      assertThat(two).isNotNull();
      assertThat(one.subnet().toString()).startsWith("fd").endsWith("/64");
      assertThat(one.subnet().overlaps(two.subnet())).isFalse();
      assertThat(Subnet.around(one.gateway(), 48)).isEqualTo(Subnet.around(two.gateway(), 48));
    }
  }

  @Test
  void refusesTakenNamesAndOverlappingSubnets() {
    try (var networks = open()) {
      networks.create(addressed("a", "10.5.0.0/16"), List.of());
      assertThatThrownBy(() -> networks.create(addressed("a", "10.6.0.0/16"), List.of()))
          .isInstanceOf(NameTaken.class);
      assertThatThrownBy(() -> networks.create(addressed("b", "10.5.7.0/24"), List.of()))
          .isInstanceOf(SubnetUnavailable.class)
          .hasMessageContaining("network a");
      assertThatThrownBy(() -> networks.create(addressed("b", "fd00::/64"), List.of()))
          .isInstanceOf(InvalidNetworkValue.class);
    }
  }

  private static NetworkSpec addressed(String name, String subnet) {
    var request = new AddressRequest(Subnet.parse(subnet), null, null);
    return NetworkSpec.named(name).withAddresses(request, null);
  }

  private Networks open() {
    return Networks.open(directory, "machine", SampleNetworks.ROOT);
  }
}
