package dev.kctl.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParsersTest {
  @ParameterizedTest
  @CsvSource({
    "80, 0:80/tcp",
    "80/udp, 0:80/udp",
    "8080:80, 8080:80/tcp",
    ":80, 0:80/tcp",
    "127.0.0.1:8080:80, 127.0.0.1:8080:80/tcp",
    "127.0.0.1::80/sctp, 127.0.0.1:0:80/sctp",
    "[::1]:8080:80, [::1]:8080:80/tcp",
    "[fd00:0::1]::80, [fd00::1]:0:80/tcp",
    "8000-8010:80, 8000-8010:80/tcp",
    "0:80, 0:80/tcp",
  })
  void readsDockersPublishedPorts(String text, String meaning) {
    assertThat(PortMapping.parse(text)).extracting(PortMapping::toString).containsExactly(meaning);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "70000",
        "80:0",
        "8080:80/icmp",
        "8000-8010:80-81",
        "localhost:80:80",
        "1.2.3:80:80",
        "[1.2.3.4]:80:80",
        "::1:80:80",
        "0-5:80",
        "80-79",
        "-80",
        "80/",
        "1:2:3:4"
      })
  void refusesWhatIsNoPublishedPort(String text) {
    assertThatThrownBy(() -> PortMapping.parse(text)).isInstanceOf(InvalidNetworkValue.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.2.3",
        "01.2.3.4",
        "1.2.3.256",
        "0x7f000001",
        "fe80::1%eth0",
        "::ffff:1.2.3.4",
        "1::2::3",
        "example.org",
        "",
        ":",
        "12345::"
      })
  void refusesWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> IpAddress.parse(text)).isInstanceOf(InvalidNetworkValue.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0:0:0:0:0:0:0:0, ::",
    "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "1:0:0:0:0:0:0:0, 1::",
    "0:0:0:0:0:0:0:1, ::1"
  })
  void writesIpv6AsRfc5952Says(String text, String canonical) {
    assertThat(IpAddress.parse(text)).hasToString(canonical);
  }

  @Test
  void namesTheSubnetThatAnAddressIsIn() {
    assertThatThrownBy(() -> Subnet.parse("10.1.2.3/16"))
        .hasMessageContaining("the subnet is 10.1.0.0/16");
  }

  @Test
  void oneAddressOfIpv4AlwaysHasTheSameMac() {
    var address = IpAddress.parse("172.17.0.2");
    assertThat(MacAddress.of("a", address)).isEqualTo(MacAddress.of("a", address));
    assertThat(MacAddress.of("a", address).toString()).startsWith("02:").endsWith(":ac:11:00:02");
    assertThat(MacAddress.parse("02:42:ac:11:00:02").linkLocal())
        .hasToString("fe80::42:acff:fe11:2");
  }

  @Test
  void refusesMacAddressesOfManyStations() {
    assertThatThrownBy(() -> MacAddress.parse("01:00:5e:00:00:01"))
        .hasMessageContaining("01:00:5e:00:00:01");
    assertThatThrownBy(() -> MacAddress.parse("00:00:00:00:00:00"))
        .isInstanceOf(InvalidNetworkValue.class);
  }
}
