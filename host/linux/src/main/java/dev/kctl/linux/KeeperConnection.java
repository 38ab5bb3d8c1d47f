package dev.kctl.linux;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.linux.KeeperException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/** One connection to the keeper: a line asked, a line answered. */
final class KeeperConnection implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path socket;
  private final SocketChannel channel;
  private final BufferedReader answers;

  /** A lock and not a monitor: virtual threads wait here. */
  private final ReentrantLock conversation = new ReentrantLock();

  private KeeperConnection(Path socket, SocketChannel channel) {
    this.socket = socket;
    this.channel = channel;
    this.answers = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
  }

  static KeeperConnection open(Path socket) {
    try {
      var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
        return new KeeperConnection(socket, channel);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw unreachable(socket, e);
    }
  }

  /** Asks and waits for the answer; one that says no is thrown. */
  JsonNode ask(ObjectNode request) {
    conversation.lock();
    try {
      var line = ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8));
      while (line.hasRemaining()) {
        channel.write(line);
      }
      var answer = answers.readLine();
      if (answer == null) {
        throw new IOException("it closed the connection");
      }
      return accepted(JSON.readTree(answer));
    } catch (IOException e) {
      throw unreachable(socket, e);
    } finally {
      conversation.unlock();
    }
  }

  /** Blocks until the keeper closes the connection. */
  void awaitEnd() {
    try {
      while (answers.readLine() != null) {
        // It says nothing unasked.
      }
    } catch (IOException _) {
      // That is an end, too.
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException _) {
      // Nothing was left to be written.
    }
  }

  private static JsonNode accepted(JsonNode answer) {
    if (answer.path("ok").asBoolean()) {
      return answer;
    }
    var kind =
        switch (answer.path("kind").asText()) {
          case "not-found" -> Kind.NOT_FOUND;
          case "permission" -> Kind.PERMISSION;
          case "invalid" -> Kind.INVALID;
          default -> Kind.IO;
        };
    throw new KeeperException(kind, answer.path("error").asText(), null);
  }

  private static KeeperException unreachable(Path socket, IOException cause) {
    return new KeeperException(
        Kind.UNREACHABLE, "no keeper answers at " + socket + ": " + cause.getMessage(), cause);
  }
}
