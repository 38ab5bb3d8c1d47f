package dev.kctl.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With name servers on loopback addresses of a namespace of the test's own. */
class HostResolversTest {
  private static final IpAddress ONE = IpAddress.parse("192.0.2.1");
  private static final IpAddress TWO = IpAddress.parse("192.0.2.2");

  /** For each server; one that is not there says so at once. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private NamespaceThread host;
  private Path file;

  @BeforeEach
  void open() throws Exception {
    host = new NamespaceThread();
    file = directory.resolve("resolv.conf");
  }

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void asksTheFirstServerThatAnswers() throws Exception {
    servers("127.0.0.2", "127.0.0.3");
    serve("127.0.0.3", query -> DnsQuery.answer(query, 0, TWO));
    assertThat(ask().addresses()).containsExactly(TWO);
  }

  @Test
  void aServerThatRefusesIsPassedOverWhereAnotherAnswers() throws Exception {
    servers("127.0.0.2", "127.0.0.3");
    serve("127.0.0.2", query -> DnsQuery.answer(query, DnsReply.REFUSED));
    assertThat(ask().responseCode()).isEqualTo(DnsReply.REFUSED);
    serve("127.0.0.3", query -> DnsQuery.answer(query, DnsReply.NXDOMAIN));
    assertThat(ask().responseCode()).isEqualTo(DnsReply.NXDOMAIN);
  }

  @Test
  void aChangeOfTheFileIsFollowedAtOnce() throws Exception {
    serve("127.0.0.2", query -> DnsQuery.answer(query, 0, ONE));
    serve("127.0.0.53", query -> DnsQuery.answer(query, 0, TWO));
    var resolvers = new HostResolvers(file, 5300, PATIENCE);
    assertThatThrownBy(() -> ask(resolvers)).hasMessageContaining("no name server");
    servers("127.0.0.2");
    assertThat(ask(resolvers).addresses()).containsExactly(ONE);
    var fresh =
        Files.writeString(
            directory.resolve("fresh"), "nameserver 127.0.0.53\nsearch vpn.example\n");
    Files.setLastModifiedTime(fresh, FileTime.fromMillis(1));
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(ask(resolvers).addresses()).containsExactly(TWO);
    assertThat(resolvers.search()).containsExactly("vpn.example");
  }

  @Test
  void whatWasCutIsAskedForByTcp() throws Exception {
    servers("127.0.0.2");
    serve(
        "127.0.0.2",
        query -> {
          var reply = DnsQuery.answer(query, 0);
          reply[2] |= 0x02;
          return reply;
        });
    serveTcp("127.0.0.2", query -> DnsQuery.answer(query, 0, ONE, TWO));
    assertThat(ask().addresses()).containsExactly(ONE, TWO);
  }

  @Test
  void aForgedAnswerIsNotTaken() throws Exception {
    servers("127.0.0.2");
    serve(
        "127.0.0.2",
        List.of(
            query -> {
              var forged = DnsQuery.answer(query, 0, ONE);
              forged[0]++;
              return forged;
            },
            query -> DnsQuery.answer(DnsQuery.of("other.example", 1).id(id(query)).bytes(), 0, ONE),
            query -> DnsQuery.answer(query, 0, TWO)));
    assertThat(ask().addresses()).containsExactly(TWO);
  }

  @Test
  void readsResolvConfAsLibcDoes() {
    var read =
        ResolvConf.parse(
            """
            # made by somebody
            domain old.example
            nameserver 192.0.2.53
            nameserver fe80::1%nosuchdevice0
            nameserver not-an-address
            nameserver ::1
            search a.example b.example
            nameserver 192.0.2.54
            nameserver 192.0.2.55
            options ndots:2
            """);
    assertThat(read.servers())
        .extracting(InetAddress::getHostAddress)
        .containsExactly("192.0.2.53", "0:0:0:0:0:0:0:1", "192.0.2.54");
    assertThat(read.search()).containsExactly("a.example", "b.example");
  }

  private DnsMessage ask() throws Exception {
    return ask(new HostResolvers(file, 5300, PATIENCE));
  }

  private DnsMessage ask(HostResolvers resolvers) throws Exception {
    var query = DnsQuery.of("example.org", DnsQuestion.A).id(99).bytes();
    var reply = DnsMessage.decode(host.call(() -> resolvers.ask(query)));
    assertThat(reply.id()).isEqualTo(99);
    return reply;
  }

  private void servers(String... addresses) throws IOException {
    Files.writeString(file, "nameserver " + String.join("\nnameserver ", addresses) + "\n");
  }

  private static int id(byte[] query) {
    return ByteBuffer.wrap(query).getShort() & 0xffff;
  }

  private void serve(String address, UnaryOperator<byte[]> answer) throws Exception {
    serve(address, List.of(answer));
  }

  /** Answers every query with all of these, in their order. */
  private void serve(String address, List<UnaryOperator<byte[]>> answers) throws Exception {
    var socket = host.call(() -> new DatagramSocket(5300, InetAddress.ofLiteral(address)));
    Thread.ofVirtual()
        .start(
            () -> {
              var packet = new DatagramPacket(new byte[4096], 4096);
              try {
                while (true) {
                  socket.receive(packet);
                  var query = Arrays.copyOf(packet.getData(), packet.getLength());
                  for (var answer : answers) {
                    var reply = answer.apply(query);
                    socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
                  }
                  packet.setLength(4096);
                }
              } catch (IOException _) {
                socket.close();
              }
            });
  }

  private void serveTcp(String address, UnaryOperator<byte[]> answer) throws Exception {
    var server = host.call(() -> new ServerSocket(5300, 5, InetAddress.ofLiteral(address)));
    Thread.ofVirtual()
        .start(
            () -> {
              try (server;
                  var connection = server.accept()) {
                var in = new DataInputStream(connection.getInputStream());
                var query = new byte[in.readUnsignedShort()];
                in.readFully(query);
                var reply = answer.apply(query);
                var framed =
                    ByteBuffer.allocate(2 + reply.length).putShort((short) reply.length).put(reply);
                connection.getOutputStream().write(framed.array());
              } catch (IOException _) {
                // The client's test fails.
              }
            });
  }
}
