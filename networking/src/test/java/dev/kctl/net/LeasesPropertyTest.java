package dev.kctl.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class LeasesPropertyTest {
  /** A model of claims and releases in a small range, so that it is often full. */
  @Property(tries = 100)
  void noAddressIsGivenTwiceAndTheRangeIsKept(
      @ForAll @Size(max = 60) List<@IntRange(max = 99) Integer> steps) throws Exception {
    var network = SampleNetworks.with("10.9.0.0/24", "10.9.0.16/29", "10.9.0.17");
    try (var directory = new TestDirectory();
        var leases = Leases.open(directory.path(), "boot")) {
      var held = new ArrayList<Lease>();
      for (var step : steps) {
        if (step < 35 && !held.isEmpty()) {
          leases.release(held.remove(step % held.size()));
        } else if (held.size() == 7) {
          assertThatThrownBy(() -> leases.claim(network, LeaseRequest.of("c" + step + held)))
              .isInstanceOf(SubnetExhausted.class);
        } else {
          held.add(
              leases.claim(network, LeaseRequest.of("c" + held.size() + "-" + System.nanoTime())));
        }
        assertThat(held).extracting(Lease::v4).doesNotHaveDuplicates();
        assertThat(held)
            .allMatch(lease -> network.v4().range().contains(lease.v4()))
            .noneMatch(lease -> lease.v4().equals(network.v4().gateway()));
      }
      assertThat(reopened(directory.path(), leases)).containsExactlyInAnyOrderElementsOf(held);
    }
  }

  @Property(tries = 50)
  void theNextAddressIsFoundInASubnetOfAnySize(
      @ForAll @IntRange(min = 8, max = 126) int prefix, @ForAll @IntRange(max = 40) int count) {
    var space = AddressSpace.of(Subnet.around(IpAddress.parse("fd00::"), prefix), null, null);
    var allocator = new AddressAllocator(space);
    var taken = new HashSet<IpAddress>();
    var possible =
        prefix == 126 ? 2 : prefix == 125 ? 6 : prefix == 124 ? 14 : prefix == 123 ? 30 : 40;
    for (var i = 0; i < Math.min(count, possible); i++) {
      var next = allocator.next(taken);
      assertThat(space.isForContainers(next)).isTrue();
      assertThat(taken.add(next)).isTrue();
    }
  }

  private static List<Lease> reopened(Path directory, Leases leases) {
    leases.close();
    try (var again = Leases.open(directory, "boot")) {
      return again.all();
    }
  }
}
