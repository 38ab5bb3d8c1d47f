package dev.kctl.guest;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes a gRPC channel out of one connected socket. A dialled connection cannot be dialled again
 * from here, so gRPC's wish to reconnect is refused.
 */
final class SingleConnection {
  /** Twice what the contract allows in one message, for the framing. */
  private static final int LARGEST_MESSAGE = 128 * 1024;

  private static final int LARGEST_METADATA = 8 * 1024;

  /** What the guest may send ahead, over all calls together. */
  private static final int WINDOW = 256 * 1024;

  /** gRPC knows no "never"; from 30 days on it does not even set a timer. */
  private static final long NEVER_IDLE_DAYS = 1000;

  private final SocketChannel socket;
  private final NioDomainSocketChannel netty;
  private final AtomicBoolean taken = new AtomicBoolean();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  SingleConnection(SocketChannel socket) {
    this.socket = socket;
    netty = new NioDomainSocketChannel(null, socket);
    netty.pipeline().addFirst(new AlreadyConnected());
    var _ = netty.closeFuture().addListener(_ -> closed.complete(null));
  }

  ManagedChannel open(EventLoopGroup eventLoop, Executor executor) {
    var channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of("agent"))
            .eventLoopGroup(eventLoop)
            .channelFactory(this::take)
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .usePlaintext()
            .overrideAuthority("agent")
            .executor(executor)
            .offloadExecutor(executor)
            .disableRetry()
            .disableServiceConfigLookUp()
            .idleTimeout(NEVER_IDLE_DAYS, TimeUnit.DAYS)
            .maxInboundMessageSize(LARGEST_MESSAGE)
            .maxInboundMetadataSize(LARGEST_METADATA)
            .flowControlWindow(WINDOW)
            .build();
    var _ = closed.thenRun(channel::shutdownNow);
    // Otherwise it would begin with the first call, and the end of the connection go unseen.
    var _ = channel.getState(true);
    return channel;
  }

  CompletionStage<Void> closed() {
    return closed.minimalCompletionStage();
  }

  /** Netty closes the socket it has registered; gRPC may not have come so far. */
  void close() {
    if (netty.isRegistered()) {
      var _ = netty.close();
      return;
    }
    try {
      socket.close();
    } catch (IOException _) {
      // Nothing was written that could be lost.
    }
    closed.complete(null);
  }

  private Channel take() {
    if (taken.getAndSet(true)) {
      throw new IllegalStateException("the agent's connection has ended");
    }
    return netty;
  }

  private static final class AlreadyConnected extends ChannelOutboundHandlerAdapter {
    @Override
    public void connect(
        ChannelHandlerContext context,
        SocketAddress remote,
        SocketAddress local,
        ChannelPromise promise) {
      var _ = promise.setSuccess();
    }
  }
}
