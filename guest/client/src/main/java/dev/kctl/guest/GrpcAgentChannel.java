package dev.kctl.guest;

import dev.kctl.guest.proto.AgentGrpc;
import dev.kctl.guest.proto.InfoRequest;
import dev.kctl.guest.proto.InfoResult;
import dev.kctl.guest.proto.SignalRequest;
import dev.kctl.guest.proto.WindowSize;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.netty.channel.EventLoopGroup;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** {@link AgentChannel} over one finished connection. */
final class GrpcAgentChannel implements AgentChannel {
  /** The agent answers every request at once; it runs alone on its thread. */
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final ExecutorService executor =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("agent-", 0).factory());
  private final SingleConnection connection;
  private final ManagedChannel channel;

  GrpcAgentChannel(SocketChannel socket, EventLoopGroup eventLoop) {
    connection = new SingleConnection(socket);
    channel = connection.open(eventLoop, executor);
  }

  @Override
  public EventStream events(long after, EventSink sink) {
    var call = channel.newCall(AgentGrpc.getEventsMethod(), CallOptions.DEFAULT);
    return GrpcEventStream.start(call, after, sink);
  }

  @Override
  public InputSink openInput() {
    return GrpcInputSink.start(channel.newCall(AgentGrpc.getInputMethod(), CallOptions.DEFAULT));
  }

  @Override
  public void resize(int rows, int columns) {
    var size = WindowSize.newBuilder().setRows(rows).setColumns(columns).build();
    var _ = call(AgentGrpc.getResizeMethod(), size, ANSWER);
  }

  @Override
  public void signal(int number) {
    var request = SignalRequest.newBuilder().setNumber(number).build();
    var _ = call(AgentGrpc.getSignalMethod(), request, ANSWER);
  }

  @Override
  public InfoResult info(Duration timeout) {
    return call(AgentGrpc.getInfoMethod(), InfoRequest.getDefaultInstance(), timeout);
  }

  @Override
  public CompletionStage<Void> closed() {
    return connection.closed();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    connection.close();
    executor.shutdown();
  }

  private <Q, A> A call(MethodDescriptor<Q, A> method, Q request, Duration timeout) {
    var options = CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
    try {
      return ClientCalls.blockingUnaryCall(channel, method, options, request);
    } catch (StatusRuntimeException e) {
      throw Failures.of(e.getStatus());
    }
  }
}
