package dev.kctl.guest;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * An agent without a machine: a real gRPC server, reached through a socket on which the handshake
 * was made, dialled or called as over a hybrid vsock.
 */
final class FakeAgent implements AutoCloseable {
  static final int PORT = 1025;

  private final Path socket;
  private final MultiThreadIoEventLoopGroup eventLoop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Server server;
  private final List<SocketChannel> connections = new CopyOnWriteArrayList<>();

  FakeAgent(Path directory, BindableService service) throws IOException {
    socket = directory.resolve("grpc.sock");
    server =
        NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioServerDomainSocketChannel.class)
            .bossEventLoopGroup(eventLoop)
            .workerEventLoopGroup(eventLoop)
            .addService(service)
            .build()
            .start();
  }

  /** Calls the host, as the agent does at its start. */
  void dial(Path listener, Token token) throws IOException {
    var connection = SocketChannel.open(UnixDomainSocketAddress.of(listener));
    connection.write(ByteBuffer.wrap(token.bytes()));
    readFully(connection, Token.LENGTH);
    serve(connection);
  }

  /** Takes one call through a hybrid vsock, as after the engine's crash. */
  void listen(Path hybridVsock, Token token) throws IOException {
    var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(hybridVsock));
    Thread.ofVirtual()
        .start(
            () -> {
              try (listener) {
                answer(listener.accept(), token);
              } catch (IOException _) {
                // The test hung up: it sees that itself.
              }
            });
  }

  /** As if the machine lost its power. */
  void hangUp() throws IOException {
    for (var connection : connections) {
      connection.close();
    }
  }

  private void answer(SocketChannel connection, Token token) throws IOException {
    var call = "CONNECT " + PORT + "\n";
    if (!readFully(connection, call.length()).equals(call)) {
      connection.close();
      return;
    }
    connection.write(ByteBuffer.wrap("OK 1073741824\n".getBytes(StandardCharsets.US_ASCII)));
    readFully(connection, Token.LENGTH);
    connection.write(ByteBuffer.wrap(token.bytes()));
    serve(connection);
  }

  private void serve(SocketChannel connection) throws IOException {
    connections.add(connection);
    var inner = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    Thread.ofVirtual().start(() -> pump(connection, inner));
    Thread.ofVirtual().start(() -> pump(inner, connection));
  }

  private static void pump(SocketChannel from, SocketChannel to) {
    try (from;
        to) {
      var buffer = ByteBuffer.allocate(16 * 1024);
      while (from.read(buffer.clear()) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
      }
    } catch (IOException _) {
      // The other direction hung up.
    }
  }

  private static String readFully(SocketChannel connection, int length) throws IOException {
    var buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (connection.read(buffer) < 0) {
        throw new IOException("hung up during the handshake");
      }
    }
    return StandardCharsets.ISO_8859_1.decode(buffer.flip()).toString();
  }

  @Override
  public void close() throws IOException {
    hangUp();
    server.shutdownNow();
    eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
