package dev.kctl.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class DisjointDestinationsPropertyTest {
  @Property
  void theSameIsAllowedAndNothingTwice(
      @ForAll @Size(max = 8) List<@From("destinations") Destination> wished,
      @ForAll("addresses") IpAddress address,
      @ForAll("ports") int port) {
    var cut = DisjointDestinations.of(wished);
    assertThat(matches(cut, address, port)).isEqualTo(Math.min(1, matches(wished, address, port)));
  }

  private static long matches(List<Destination> all, IpAddress address, int port) {
    return all.stream()
        .filter(d -> d.subnet().contains(address))
        .filter(d -> d.ports().contains(PortRange.of(port)))
        .count();
  }

  @Provide
  Arbitrary<Destination> destinations() {
    var subnets =
        Combinators.combine(addresses(), Arbitraries.integers().between(26, 32)).as(Subnet::around);
    var ranges =
        Combinators.combine(ports(), ports())
            .as((a, b) -> new PortRange(Math.min(a, b), Math.max(a, b)));
    return Combinators.combine(subnets, ranges).as(Destination::new);
  }

  @Provide
  Arbitrary<IpAddress> addresses() {
    return Arbitraries.integers()
        .between(0, 63)
        .map(low -> new IpAddress(Family.IPV4, BigInteger.valueOf(0xc0000200L + low)));
  }

  @Provide
  Arbitrary<Integer> ports() {
    return Arbitraries.integers().between(0, 12);
  }
}
