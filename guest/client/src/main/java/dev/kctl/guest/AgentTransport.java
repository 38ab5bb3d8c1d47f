package dev.kctl.guest;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** All connections to agents: one thread serves them. */
public final class AgentTransport implements AutoCloseable {
  private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(2);

  private final EventLoopGroup eventLoop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("agents", true), NioIoHandler.newFactory());

  /**
   * Awaits one machine's agent at {@code socket}, whose directory belongs to the machine's user:
   * only that user is listened to. To be called before any process of that user runs.
   */
  public AgentListener bind(Path socket, Token token) {
    return UnixAgentListener.bind(socket, token, this::channel);
  }

  /** Calls an agent that listens on {@code port} behind a hybrid vsock. */
  public AgentChannel connect(Path hybridVsock, int port, Token token, Duration timeout) {
    return channel(HybridVsock.connect(hybridVsock, port, token, timeout));
  }

  /** Ends the thread, so that none is inside a native call when the process exits. */
  @Override
  public void close() {
    eventLoop
        .shutdownGracefully(0, LONGEST_FAREWELL.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(LONGEST_FAREWELL.toMillis());
  }

  private AgentChannel channel(java.nio.channels.SocketChannel socket) {
    return new GrpcAgentChannel(socket, eventLoop);
  }
}
