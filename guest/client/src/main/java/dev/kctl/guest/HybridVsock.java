package dev.kctl.guest;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The host's call to a port in the guest: {@code CONNECT port}, {@code OK number}, then the token
 * both ways. The connection it leaves behind is non-blocking.
 */
final class HybridVsock {
  private static final int LONGEST_ANSWER = 32;

  private final SocketChannel socket;
  private final Selector selector;
  private final Deadline deadline;
  private final String peer;

  private HybridVsock(SocketChannel socket, Selector selector, Deadline deadline, String peer) {
    this.socket = socket;
    this.selector = selector;
    this.deadline = deadline;
    this.peer = peer;
  }

  static SocketChannel connect(Path path, int port, Token token, Duration timeout) {
    var peer = "agent behind %s port %d".formatted(path, port);
    try {
      var socket = SocketChannel.open(StandardProtocolFamily.UNIX);
      try (var selector = Selector.open()) {
        socket.connect(UnixDomainSocketAddress.of(path));
        socket.configureBlocking(false);
        socket.register(selector, SelectionKey.OP_READ);
        new HybridVsock(socket, selector, Deadline.after(timeout), peer).shakeHands(port, token);
        return socket;
      } catch (IOException | RuntimeException e) {
        socket.close();
        throw e;
      }
    } catch (ClosedByInterruptException e) {
      throw new AgentGone(peer + ": interrupted", e);
    } catch (IOException e) {
      throw new AgentGone("%s: %s".formatted(peer, e), e);
    }
  }

  private void shakeHands(int port, Token token) throws IOException {
    write("CONNECT %d\n".formatted(port).getBytes(StandardCharsets.US_ASCII));
    var answer = readLine();
    if (!answer.startsWith("OK ")) {
      throw new AgentImpostor("%s: answered '%s'".formatted(peer, Printable.of(answer)));
    }
    write(token.bytes());
    if (!token.matches(read(Token.LENGTH))) {
      throw new AgentImpostor(peer + ": does not know this machine's token");
    }
  }

  /** The socket's buffer is empty and takes these few bytes at once. */
  private void write(byte[] data) throws IOException {
    if (socket.write(ByteBuffer.wrap(data)) != data.length) {
      throw new AgentGone(peer + ": takes no data");
    }
  }

  /** Byte by byte: what follows the line is not for us. */
  private String readLine() throws IOException {
    var line = new StringBuilder();
    while (line.length() < LONGEST_ANSWER) {
      var character = (char) (read(1)[0] & 0xff);
      if (character == '\n') {
        return line.toString();
      }
      line.append(character);
    }
    throw new AgentImpostor("%s: answered '%s...'".formatted(peer, Printable.of(line.toString())));
  }

  private byte[] read(int length) throws IOException {
    var buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (socket.read(buffer) < 0) {
        throw new AgentGone(peer + ": hung up; nobody listens there");
      }
      if (buffer.hasRemaining()) {
        awaitData();
      }
    }
    return buffer.array();
  }

  private void awaitData() throws IOException {
    if (deadline.passed()) {
      throw new AgentTimeout(peer + ": did not answer in time");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new AgentGone(peer + ": interrupted");
    }
    selector.select(deadline.millisLeft());
    selector.selectedKeys().clear();
  }
}
