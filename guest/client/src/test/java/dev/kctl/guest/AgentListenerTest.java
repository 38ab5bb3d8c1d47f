package dev.kctl.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentListenerTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path directory;
  private final Token token = Token.generate(new SecureRandom());
  private final AgentTransport transport = new AgentTransport();
  private final List<AutoCloseable> undo = new CopyOnWriteArrayList<>();
  private Path socket;
  private AgentListener listener;

  @BeforeEach
  void bind() {
    socket = directory.resolve("vsock_1024");
    listener = transport.bind(socket, token);
  }

  @AfterEach
  void close() throws Exception {
    for (var closeable : undo.reversed()) {
      closeable.close();
    }
    listener.close();
    transport.close();
  }

  @Test
  void acceptsTheAgent() throws Exception {
    var accepted = accept();
    agent();

    assertThat(accepted.get().info(PATIENCE).getAgentVersion()).isEqualTo("fake");
  }

  @Test
  void removesTheSocketOnceTheAgentIsThere() throws Exception {
    var accepted = accept();
    agent();
    var _ = accepted.get();

    assertThat(socket).doesNotExist();
  }

  @Test
  void turnsAwayWhoeverDoesNotKnowTheToken() throws Exception {
    var accepted = accept();
    var impostor = call();
    impostor.write(ByteBuffer.wrap(Token.generate(new SecureRandom()).bytes()));

    assertThat(isTurnedAway(impostor)).isTrue();
    assertThat(accepted).isNotDone();
  }

  @Test
  void findsTheAgentAmongMoreImpostorsThanItHasPlacesFor() throws Exception {
    var accepted = accept();
    for (var i = 0; i < 30; i++) {
      call().write(ByteBuffer.wrap(new byte[i % 31]));
    }
    agent();

    assertThat(accepted.get().info(PATIENCE).getAgentVersion()).isEqualTo("fake");
  }

  @Test
  void doesNotWaitLongForAProof() throws Exception {
    var _ = accept();
    var silent = call();

    assertThat(isTurnedAway(silent)).isTrue();
  }

  @Test
  void givesUpWhenNobodyCalls() {
    assertThatThrownBy(() -> listener.accept(Duration.ofMillis(50)))
        .isInstanceOf(AgentTimeout.class)
        .hasMessage("no agent called at %s within 50 ms".formatted(socket));
    assertThat(socket).doesNotExist();
  }

  @Test
  void givesUpWhenItIsClosed() throws Exception {
    var accepted = accept();
    TimeUnit.MILLISECONDS.sleep(50);
    listener.close();

    assertThatThrownBy(accepted::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(AgentGone.class);
  }

  /** The machine's user owns the directory; here it is somebody else's, so we are the stranger. */
  @Test
  void turnsAwayAnotherUser() throws Exception {
    Path foreign;
    if (System.getProperty("user.name").equals("root")) {
      foreign = Files.createDirectory(directory.resolve("foreign"));
      Files.setAttribute(foreign, "unix:uid", 4711);
    } else {
      foreign = Path.of("/tmp");
    }
    var path = foreign.resolve("kctl-test-" + ProcessHandle.current().pid());
    try (var other = transport.bind(path, token)) {
      var accepted = CompletableFuture.supplyAsync(() -> other.accept(Duration.ofSeconds(1)));
      try (var stranger = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
        assertThat(isTurnedAway(stranger)).isTrue();
      }
      assertThatThrownBy(accepted::get).hasCauseInstanceOf(AgentTimeout.class);
    }
  }

  @Test
  void namesASocketThatCannotBeMade() {
    var nowhere = directory.resolve("missing/vsock_1024");

    assertThatThrownBy(() -> transport.bind(nowhere, token))
        .isInstanceOf(ListenFailed.class)
        .hasMessageContaining(nowhere.toString());
  }

  /** The end of the stream, or a reset where what was said has not even been read. */
  private static boolean isTurnedAway(SocketChannel caller) {
    try {
      return caller.read(ByteBuffer.allocate(Token.LENGTH)) < 0;
    } catch (IOException _) {
      return true;
    }
  }

  private CompletableFuture<AgentChannel> accept() {
    return CompletableFuture.supplyAsync(
        () -> {
          var channel = listener.accept(PATIENCE);
          undo.add(channel);
          return channel;
        });
  }

  private void agent() throws IOException {
    var agent = new FakeAgent(directory, new ScriptedService());
    undo.add(agent);
    agent.dial(socket, token);
  }

  private SocketChannel call() throws IOException {
    var socketChannel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    undo.add(socketChannel);
    return socketChannel;
  }
}
