package dev.kctl.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeasesTest {
  private static final Network NETWORK =
      SampleNetworks.network("web", "10.7.0.0/16", "fd00:7::/64");

  @TempDir private Path directory;

  @Test
  void fiftyAtOnceGetFiftyAddresses() throws Exception {
    try (var leases = Leases.open(directory, "boot");
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var claims = new ArrayList<Future<Lease>>();
      for (var i = 0; i < 50; i++) {
        var request = LeaseRequest.of("container" + i);
        claims.add(threads.submit(() -> leases.claim(NETWORK, request)));
      }
      var held = new ArrayList<Lease>();
      for (var claim : claims) {
        held.add(claim.get());
      }
      assertThat(held).extracting(Lease::v4).doesNotHaveDuplicates().hasSize(50);
      assertThat(held).extracting(Lease::v6).doesNotHaveDuplicates().doesNotContainNull();
      assertThat(held).extracting(Lease::mac).doesNotHaveDuplicates();
      assertThat(held).extracting(Lease::tap).doesNotHaveDuplicates();
      assertThat(leases.of(NETWORK)).hasSize(50);
    }
  }

  @Test
  void givesWhatWasAskedForAndOnlyOnce() {
    try (var leases = Leases.open(directory, "boot")) {
      var asked =
          new LeaseRequest(
              "a",
              IpAddress.parse("10.7.0.9"),
              IpAddress.parse("fd00:7::9"),
              MacAddress.parse("02:00:00:00:00:09"));
      assertThat(leases.claim(NETWORK, asked))
          .isEqualTo(
              new Lease(
                  NETWORK.id(),
                  "a",
                  MacAddress.parse("02:00:00:00:00:09"),
                  IpAddress.parse("10.7.0.9"),
                  IpAddress.parse("fd00:7::9")));
      for (var refused :
          List.of(
              new LeaseRequest("b", IpAddress.parse("10.7.0.9"), null, null),
              new LeaseRequest("b", IpAddress.parse("10.7.0.1"), null, null),
              new LeaseRequest("b", IpAddress.parse("10.7.255.255"), null, null),
              new LeaseRequest("b", IpAddress.parse("10.8.0.9"), null, null),
              new LeaseRequest("b", null, IpAddress.parse("fd00:7::9"), null),
              new LeaseRequest("b", null, null, MacAddress.parse("02:00:00:00:00:09")),
              new LeaseRequest("b", null, null, NETWORK.bridgeMac()),
              LeaseRequest.of("a"))) {
        assertThatThrownBy(() -> leases.claim(NETWORK, refused))
            .isInstanceOf(AddressUnavailable.class);
      }
      assertThat(leases.all()).hasSize(1);
    }
  }

  @Test
  void anAddressGivenBackRestsBeforeItIsGivenAgain() {
    try (var leases = Leases.open(directory, "boot")) {
      var first = leases.claim(NETWORK, LeaseRequest.of("a"));
      leases.release(first);
      leases.release(first);
      assertThat(leases.claim(NETWORK, LeaseRequest.of("b")).v4()).isNotEqualTo(first.v4());
    }
  }

  @Test
  void aSecondEngineIsRefused() {
    try (var _ = Leases.open(directory, "boot")) {
      assertThatThrownBy(() -> Leases.open(directory, "boot"))
          .isInstanceOf(LeasesInUse.class)
          .hasMessageContaining("another engine");
    }
    Leases.open(directory, "boot").close();
  }

  @Test
  void theLeasesOfAnEarlierBootAreForgotten() {
    try (var leases = Leases.open(directory, "one")) {
      leases.claim(NETWORK, LeaseRequest.of("a"));
    }
    try (var leases = Leases.open(directory, "two")) {
      assertThat(leases.all()).isEmpty();
    }
    assertThat(directory.resolve("one")).doesNotExist();
  }

  /** The writer's steps are: make the file with a tilde, fill it, rename it. */
  @Test
  void whatAKilledWriterLeavesOpens() throws Exception {
    Lease whole;
    try (var leases = Leases.open(directory, "boot")) {
      whole = leases.claim(NETWORK, LeaseRequest.of("a"));
    }
    var files = directory.resolve("boot");
    Files.createFile(files.resolve("kt0000000001.json~"));
    Files.writeString(files.resolve("kt0000000002.json~"), "{\"schema\":1,\"netw");
    try (var leases = Leases.open(directory, "boot")) {
      assertThat(leases.all()).containsExactly(whole);
    }
    assertThat(files).isDirectoryNotContaining("glob:**~");
  }

  @Test
  void aDamagedFileIsNamedWithTheRemedy() throws Exception {
    Files.createDirectories(directory.resolve("boot"));
    Files.writeString(directory.resolve("boot/kt0000000003.json"), "{");
    assertThatThrownBy(() -> Leases.open(directory, "boot"))
        .isInstanceOf(LeasesDamaged.class)
        .hasMessageContaining("kt0000000003.json")
        .hasMessageContaining("move it away");
  }

  @Test
  void whatNobodyClaimsIsSwept() {
    try (var leases = Leases.open(directory, "boot")) {
      var kept = leases.claim(NETWORK, LeaseRequest.of("kept"));
      var abandoned = leases.claim(NETWORK, LeaseRequest.of("abandoned"));
      assertThat(leases.sweep(lease -> lease.container().equals("kept")))
          .containsExactly(abandoned);
      assertThat(leases.all()).containsExactly(kept);
    }
  }
}
