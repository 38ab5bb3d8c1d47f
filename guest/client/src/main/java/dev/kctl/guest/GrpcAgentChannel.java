package dev.kctl.guest;

import com.google.protobuf.ByteString;
import dev.kctl.guest.proto.AgentGrpc;
import dev.kctl.guest.proto.ArchiveChunk;
import dev.kctl.guest.proto.Change;
import dev.kctl.guest.proto.ChangesRequest;
import dev.kctl.guest.proto.FreezeRequest;
import dev.kctl.guest.proto.InfoRequest;
import dev.kctl.guest.proto.InfoResult;
import dev.kctl.guest.proto.Limits;
import dev.kctl.guest.proto.PathRequest;
import dev.kctl.guest.proto.PathStat;
import dev.kctl.guest.proto.PowerOffRequest;
import dev.kctl.guest.proto.Process;
import dev.kctl.guest.proto.ProcessInfo;
import dev.kctl.guest.proto.ProcessesRequest;
import dev.kctl.guest.proto.ReadArchiveRequest;
import dev.kctl.guest.proto.SignalRequest;
import dev.kctl.guest.proto.StatsRequest;
import dev.kctl.guest.proto.StatsResult;
import dev.kctl.guest.proto.WindowSize;
import dev.kctl.guest.proto.WriteArchiveRequest;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.netty.channel.EventLoopGroup;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** {@link AgentChannel} over one finished connection. */
final class GrpcAgentChannel implements AgentChannel {
  /** The agent answers every request at once; it runs alone on its thread. */
  private static final Duration ANSWER = Duration.ofSeconds(30);

  /** What reads or writes disks, or waits for every process, may take longer. */
  private static final Duration WORK = Duration.ofSeconds(60);

  /** How long a stream of files may stand still. */
  static final Conversation.Patience SILENCE = Conversation.Patience.of(WORK);

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
  public ExecCall exec(Process process) {
    return GrpcExecCall.start(
        channel.newCall(AgentGrpc.getExecMethod(), CallOptions.DEFAULT), process);
  }

  @Override
  public List<ProcessInfo> processes() {
    var options = CallOptions.DEFAULT.withMaxInboundMessageSize(ProcessList.LARGEST);
    var request = ProcessesRequest.getDefaultInstance();
    return ProcessList.of(call(ProcessList.METHOD, request, options, ANSWER));
  }

  @Override
  public StatsResult stats() {
    return call(AgentGrpc.getStatsMethod(), StatsRequest.getDefaultInstance(), ANSWER);
  }

  @Override
  public void freeze(boolean frozen) {
    var request = FreezeRequest.newBuilder().setFrozen(frozen).build();
    var _ = call(AgentGrpc.getFreezeMethod(), request, WORK);
  }

  @Override
  public void update(Limits limits) {
    var _ = call(AgentGrpc.getUpdateMethod(), limits, WORK);
  }

  @Override
  public PathStat statPath(String path) {
    var request = PathRequest.newBuilder().setPath(path).build();
    return call(AgentGrpc.getStatPathMethod(), request, WORK);
  }

  @Override
  public AgentStream<ByteString> readArchive(String path, boolean contents) {
    return GrpcAnswers.start(
        channel.newCall(AgentGrpc.getReadArchiveMethod(), CallOptions.DEFAULT),
        ReadArchiveRequest.newBuilder().setPath(path).setContents(contents).build(),
        ArchiveChunk::getData);
  }

  @Override
  public ArchiveSink writeArchive(String directory, Unpacking how) {
    return GrpcArchiveSink.start(
        channel.newCall(AgentGrpc.getWriteArchiveMethod(), CallOptions.DEFAULT),
        WriteArchiveRequest.newBuilder()
            .setPath(directory)
            .setKeepKinds(how.keepKinds())
            .setKeepOwners(how.keepOwners())
            .build());
  }

  @Override
  public AgentStream<Change> changes() {
    return GrpcAnswers.start(
        channel.newCall(AgentGrpc.getChangesMethod(), CallOptions.DEFAULT),
        ChangesRequest.getDefaultInstance(),
        Function.identity());
  }

  @Override
  public NameService serveNames(NameResolver resolver) {
    var options = CallOptions.DEFAULT.withMaxInboundMessageSize(GrpcNameService.LARGEST_MESSAGE);
    var call = channel.newCall(AgentGrpc.getNamesMethod(), options);
    return GrpcNameService.start(call, resolver, executor);
  }

  @Override
  public void powerOff() {
    var _ = call(AgentGrpc.getPowerOffMethod(), PowerOffRequest.getDefaultInstance(), WORK);
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
    return call(method, request, CallOptions.DEFAULT, timeout);
  }

  private <Q, A> A call(
      MethodDescriptor<Q, A> method, Q request, CallOptions options, Duration timeout) {
    var bounded = options.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
    try {
      return ClientCalls.blockingUnaryCall(channel, method, bounded, request);
    } catch (StatusRuntimeException e) {
      throw Failures.of(e.getStatus());
    }
  }
}
