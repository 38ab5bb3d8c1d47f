package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kctl.engine.PortsColumn.Port;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Docker's client 28 prints for the same ports. */
class PortsColumnTest {
  @Test
  void showsNothingWithoutPorts() {
    assertThat(PortsColumn.text(List.of())).isEmpty();
  }

  @Test
  void joinsNeighboursAndPutsMappingsLast() {
    assertThat(
            PortsColumn.text(
                List.of(
                    new Port(80, "tcp", "0.0.0.0", 8080),
                    new Port(80, "tcp", "::", 8080),
                    new Port(81, "tcp", "0.0.0.0", 8081),
                    new Port(443, "tcp", "", 0),
                    new Port(444, "tcp", "", 0),
                    new Port(53, "udp", "", 0),
                    new Port(53, "udp", "127.0.0.1", 5353),
                    new Port(91, "tcp", "0.0.0.0", 91),
                    new Port(90, "tcp", "0.0.0.0", 90))))
        .isEqualTo(
            "53/udp, 0.0.0.0:90-91->90-91/tcp, 443-444/tcp, 127.0.0.1:5353->53/udp,"
                + " 0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, 0.0.0.0:8081->81/tcp");
  }

  @Test
  void putsAddressesOfIpv6InBrackets() {
    assertThat(
            PortsColumn.text(
                List.of(
                    new Port(80, "tcp", "::", 80),
                    new Port(80, "tcp", "0.0.0.0", 80),
                    new Port(81, "tcp", "::", 81))))
        .isEqualTo("0.0.0.0:80->80/tcp, [::]:80-81->80-81/tcp");
  }
}
