package dev.kctl.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class AddressesPropertyTest {
  @Property
  void everyAddressReadsBackFromItsTextAndBytes(@ForAll("addresses") IpAddress address) {
    assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
    assertThat(IpAddress.of(address.bytes())).isEqualTo(address);
    assertThat(address.toInet().getAddress()).isEqualTo(address.bytes());
  }

  @Property
  void theTextOfIpv6IsShortestAsTheJdkReadsIt(@ForAll @Size(16) byte[] bytes) {
    var address = IpAddress.of(bytes);
    var jdk = InetAddress.ofLiteral(address.toString()).getAddress();
    if (jdk.length == 16) {
      assertThat(jdk).isEqualTo(bytes);
    }
    assertThat(address.toString())
        .doesNotContain(":::")
        .hasSizeLessThanOrEqualTo(address.toInet().getHostAddress().length());
  }

  @Property
  void garbageIsRefusedByTypeAndNeverAsksANameServer(@ForAll String text) {
    for (var parser : List.<Parser>of(IpAddress::parse, Subnet::parse, MacAddress::parse)) {
      try {
        parser.parse(text);
      } catch (InvalidNetworkValue e) {
        assertThat(e.getMessage()).matches("[ -~]*").hasSizeLessThan(300);
      }
    }
    try {
      PortMapping.parse(text);
      EgressRule.parse(text);
    } catch (InvalidNetworkValue e) {
      assertThat(e.getMessage()).matches("[ -~]*").hasSizeLessThan(300);
    }
  }

  @Property
  void aSubnetContainsWhatSharesItsPrefix(
      @ForAll("addresses") IpAddress one,
      @ForAll("addresses") IpAddress two,
      @ForAll @IntRange(max = 128) int bits) {
    var prefix = Math.min(bits, one.family().bits());
    var subnet = Subnet.around(one, prefix);
    var sharesIt =
        one.family() == two.family()
            && one.value().xor(two.value()).shiftRight(one.family().bits() - prefix).signum() == 0;
    assertThat(subnet.contains(one)).isTrue();
    assertThat(subnet.contains(two)).isEqualTo(sharesIt);
    assertThat(Subnet.parse(subnet.toString())).isEqualTo(subnet);
    var other = Subnet.around(two, Math.min(bits / 2, two.family().bits()));
    assertThat(subnet.overlaps(other)).isEqualTo(other.overlaps(subnet));
  }

  @Property
  void everyMacAddressReadsBackAndIsOneStation(@ForAll @Size(6) byte[] bytes) {
    var mac = MacAddress.local(bytes);
    assertThat(MacAddress.parse(mac.toString())).isEqualTo(mac);
    assertThat(mac.bytes()[0] & 3).isEqualTo(2);
  }

  @Property
  void aMappingReadsBackFromItsText(@ForAll("mappings") PortMapping mapping) {
    assertThat(PortMapping.parse(mapping.toString())).containsExactly(mapping);
  }

  @Property
  void pairedRangesKeepTheirDistance(
      @ForAll @IntRange(min = 1, max = 60_000) int host,
      @ForAll @IntRange(min = 1, max = 60_000) int container,
      @ForAll @IntRange(min = 2, max = 50) int size) {
    var text =
        host + "-" + (host + size - 1) + ":" + container + "-" + (container + size - 1) + "/udp";
    assertThat(PortMapping.parse(text))
        .hasSize(size)
        .allMatch(m -> m.hostPorts().first() - m.containerPort() == host - container)
        .allMatch(m -> m.protocol() == Protocol.UDP);
    var longer = host + "-" + (host + size) + ":" + container + "-" + (container + size - 1);
    assertThatThrownBy(() -> PortMapping.parse(longer)).isInstanceOf(InvalidNetworkValue.class);
  }

  @Provide
  Arbitrary<IpAddress> addresses() {
    var v4 =
        Arbitraries.bigIntegers()
            .between(BigInteger.ZERO, BigInteger.ONE.shiftLeft(32).subtract(BigInteger.ONE));
    var v6 =
        Arbitraries.bigIntegers()
            .between(BigInteger.ZERO, BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE));
    return Arbitraries.oneOf(
        v4.map(value -> new IpAddress(Family.IPV4, value)),
        // What lies in ::ffff:0:0/96 cannot be told from IPv4 by the JDK, and is refused.
        v6.filter(value -> !value.shiftRight(32).equals(BigInteger.valueOf(0xffff)))
            .map(value -> new IpAddress(Family.IPV6, value)));
  }

  @Provide
  Arbitrary<PortMapping> mappings() {
    var ports = Arbitraries.integers().between(1, 65_535);
    var ranges =
        Combinators.combine(ports, ports)
            .as((a, b) -> new PortRange(Math.min(a, b), Math.max(a, b)));
    return Combinators.combine(
            addresses().injectNull(0.3), ranges, ports, Arbitraries.of(Protocol.class))
        .as(PortMapping::new);
  }

  private interface Parser {
    Object parse(String text);
  }
}
