package dev.kctl.guest;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** A guest that knows the token and then sends anything at all instead of HTTP/2. */
class HostileAgentFuzzTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path directory;
  private final Token token = Token.generate(new SecureRandom());

  @FuzzTest(maxDuration = "1m")
  void endsEveryCallByAFailureWithAName(byte[] sent) throws Exception {
    var vsock = directory.resolve("vsock");
    Files.deleteIfExists(vsock);
    try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        var transport = new AgentTransport()) {
      listener.bind(UnixDomainSocketAddress.of(vsock));
      var answering = Thread.ofVirtual().start(() -> answer(listener, sent));
      try (var channel = transport.connect(vsock, FakeAgent.PORT, token, PATIENCE)) {
        var sink = new RecordingSink();
        channel.events(0, sink);
        sink.end().ifPresent(cause -> assertThat(cause.getMessage()).matches("[^\\p{Cntrl}]+"));
        assertThat(sink.sequences).isEmpty();
      }
      answering.join();
    }
  }

  private void answer(ServerSocketChannel listener, byte[] sent) {
    try (var connection = listener.accept()) {
      var call = ByteBuffer.allocate(("CONNECT " + FakeAgent.PORT + "\n").length());
      while (call.hasRemaining() && connection.read(call) >= 0) {}
      connection.write(ByteBuffer.wrap("OK 1073741824\n".getBytes(StandardCharsets.US_ASCII)));
      var proof = ByteBuffer.allocate(Token.LENGTH);
      while (proof.hasRemaining() && connection.read(proof) >= 0) {}
      connection.write(ByteBuffer.wrap(token.bytes()));
      connection.write(ByteBuffer.wrap(sent));
    } catch (IOException _) {
      // The client has hung up on it: as it should.
    }
  }
}
