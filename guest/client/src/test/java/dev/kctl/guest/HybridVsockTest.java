package dev.kctl.guest;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HybridVsockTest {
  @TempDir private Path directory;
  private final Token token = Token.generate(new SecureRandom());
  private Path socket;
  private ServerSocketChannel server;

  @BeforeEach
  void listen() throws IOException {
    socket = directory.resolve("vsock");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  @Test
  void tellsThatNobodyListensInTheGuest() {
    answer("");

    assertThatThrownBy(this::connect)
        .isInstanceOf(AgentGone.class)
        .hasMessageContaining("port 1025: hung up; nobody listens there");
  }

  @Test
  void refusesAnAnswerThatIsNone() {
    answer("HTTP/1.1 400\u001b[2J\n");

    assertThatThrownBy(this::connect)
        .isInstanceOf(AgentImpostor.class)
        .hasMessageEndingWith("answered 'HTTP/1.1 400\\u001b[2J'");
  }

  @Test
  void refusesAnAnswerWithoutEnd() {
    answer("OK " + "1".repeat(1000));

    assertThatThrownBy(this::connect).isInstanceOf(AgentImpostor.class);
  }

  @Test
  void refusesTheWrongToken() {
    answer("OK 1\n" + "x".repeat(Token.LENGTH));

    assertThatThrownBy(this::connect)
        .isInstanceOf(AgentImpostor.class)
        .hasMessageContaining("does not know this machine's token");
  }

  @Test
  void doesNotWaitForSilence() {
    assertThatThrownBy(() -> connect(Duration.ofMillis(300))).isInstanceOf(AgentTimeout.class);
  }

  @Test
  void namesASocketThatIsNoMore() throws IOException {
    server.close();

    assertThatThrownBy(this::connect)
        .isInstanceOf(AgentGone.class)
        .hasMessageContaining(socket.toString());
  }

  private SocketChannel connect() {
    return connect(Duration.ofMinutes(2));
  }

  private SocketChannel connect(Duration patience) {
    return HybridVsock.connect(socket, 1025, token, patience);
  }

  /** Answers whatever is asked, and hangs up: at once where the answer is empty. */
  private void answer(String text) {
    Thread.ofVirtual()
        .start(
            () -> {
              try (var caller = server.accept()) {
                caller.read(ByteBuffer.allocate(100));
                caller.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
                while (!text.isEmpty() && caller.read(ByteBuffer.allocate(100)) >= 0) {}
              } catch (IOException _) {
                // The test hung up first.
              }
            });
  }
}
