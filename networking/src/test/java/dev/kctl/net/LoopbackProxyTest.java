package dev.kctl.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On loopback addresses of a host that is a test's own; its 127.0.0.2 stands in for a container.
 */
class LoopbackProxyTest {
  /** They inherit the network namespace of the thread that starts them; virtual ones do not. */
  private static final ThreadFactory THREADS = Thread.ofPlatform().daemon().factory();

  private static final IpAddress CONTAINER = IpAddress.parse("127.0.0.2");

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void carriesBothWaysAndKeepsAHalfClosedConnection(String loopback) throws Exception {
    try (var host = new NamespaceThread();
        var server = host.call(() -> new ServerSocket(80, 5, CONTAINER.toInet()));
        var claim = host.call(() -> PortClaim.take(mapping("8080:80")));
        var _ = onNamespace(host, claim)) {
      var sent = new byte[300_000];
      new Random(1).nextBytes(sent);
      try (var client = host.call(() -> new Socket(InetAddress.ofLiteral(loopback), 8080));
          var container = server.accept()) {
        var sending =
            new FutureTask<>(
                () -> {
                  client.getOutputStream().write(sent);
                  client.shutdownOutput();
                  return sent.length;
                });
        Thread.ofVirtual().start(sending);
        assertThat(container.getInputStream().readAllBytes()).isEqualTo(sent);
        container.getOutputStream().write(sent, 0, 1000);
        container.shutdownOutput();
        assertThat(client.getInputStream().readAllBytes()).isEqualTo(Arrays.copyOf(sent, 1000));
      }
    }
  }

  /**
   * With virtual threads, as in the engine: the JDK closes what they wait at when they are awake.
   */
  @ParameterizedTest
  @ValueSource(strings = {"8080:80", "8080:80/udp"})
  void aPortIsFreeOnceItsProxyAndItsClaimAreClosed(String port) throws Exception {
    try (var host = new NamespaceThread()) {
      for (var i = 0; i < 100; i++) {
        var claim = host.call(() -> PortClaim.take(mapping(port)));
        var threads = Thread.ofVirtual().factory();
        LoopbackProxy.start(claim, CONTAINER, Duration.ofMinutes(1), threads).close();
        claim.close();
      }
    }
  }

  @Test
  void carriesDatagramsAndForgetsTheSilent() throws Exception {
    try (var host = new NamespaceThread();
        var server = host.call(() -> new DatagramSocket(53, CONTAINER.toInet()));
        var claim = host.call(() -> PortClaim.take(mapping("5300:53/udp")));
        var forwarder =
            host.call(
                () ->
                    UdpForwarder.start(
                        (DatagramChannel) claim.loopback().getFirst(),
                        new InetSocketAddress(CONTAINER.toInet(), 53),
                        Duration.ofSeconds(3),
                        THREADS))) {
      var echoing =
          new FutureTask<>(
              () -> {
                var packet = new DatagramPacket(new byte[64], 64);
                while (!server.isClosed()) {
                  server.receive(packet);
                  server.send(packet);
                }
                return packet;
              });
      Thread.ofVirtual().start(echoing);
      var clients = new ArrayList<DatagramSocket>();
      for (var i = 0; i < 3; i++) {
        var client = host.call(() -> new DatagramSocket());
        clients.add(client);
      }
      // Again where a pause between them was so long that the first was forgotten.
      Eventually.eventually(
          () -> {
            for (var client : clients) {
              assertThat(Lab.ask(client, "127.0.0.1", 5300)).isEqualTo("?");
            }
            assertThat(forwarder.clients()).isEqualTo(3);
          });
      Eventually.eventually(
          () -> {
            assertThat(Lab.ask(clients.getLast(), "127.0.0.1", 5300)).isEqualTo("?");
            assertThat(forwarder.clients()).isEqualTo(1);
          });
      clients.forEach(DatagramSocket::close);
    }
  }

  @Test
  void aTakenPortIsRefusedByNameAndTheNextOfARangeTaken() throws Exception {
    try (var host = new NamespaceThread();
        var _ = host.call(() -> new ServerSocket(8080, 5, CONTAINER.toInet()))) {
      assertThatThrownBy(() -> host.call(() -> PortClaim.take(mapping("8080:80"))))
          .isInstanceOf(PortTaken.class)
          .hasMessageContaining("8080/tcp")
          .hasMessageContaining("ss -lnp");
      try (var claim = host.call(() -> PortClaim.take(mapping("8080-8082:80")));
          var beside = host.call(() -> PortClaim.take(mapping("127.0.0.1:8080:80")));
          var udp = host.call(() -> PortClaim.take(mapping("8080:80/udp")))) {
        assertThat(claim.port().hostPort()).isEqualTo(8081);
        assertThat(beside.port().hostPort()).isEqualTo(8080);
        assertThat(udp.port().hostPort()).isEqualTo(8080);
        assertThatThrownBy(() -> host.call(() -> PortClaim.take(mapping("8081:80"))))
            .isInstanceOf(PortTaken.class);
      }
      host.call(() -> PortClaim.take(mapping("8081:80"))).close();
    }
  }

  @Test
  void anyPortIsOneThatIsFreeEverywhere() throws Exception {
    try (var host = new NamespaceThread()) {
      var claims = new ArrayList<PortClaim>();
      for (var i = 0; i < 20; i++) {
        claims.add(host.call(() -> PortClaim.take(mapping("80"))));
      }
      assertThat(claims)
          .extracting(claim -> claim.port().hostPort())
          .doesNotHaveDuplicates()
          .allMatch(port -> port > 1023);
      claims.forEach(PortClaim::close);
    }
  }

  @Test
  void aContainerThatDoesNotListenResetsItsClient() throws Exception {
    try (var host = new NamespaceThread();
        var claim = host.call(() -> PortClaim.take(mapping("8080:80")));
        var _ = onNamespace(host, claim);
        var client = host.call(() -> new Socket(InetAddress.ofLiteral("127.0.0.1"), 8080))) {
      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  private static PortMapping mapping(String text) {
    return PortMapping.parse(text).getFirst();
  }

  private static LoopbackProxy onNamespace(NamespaceThread host, PortClaim claim) throws Exception {
    return host.call(() -> LoopbackProxy.start(claim, CONTAINER, Duration.ofMinutes(1), THREADS));
  }
}
