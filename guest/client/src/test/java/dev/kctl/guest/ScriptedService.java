package dev.kctl.guest;

import com.google.protobuf.ByteString;
import dev.kctl.guest.proto.Acknowledge;
import dev.kctl.guest.proto.AgentGrpc;
import dev.kctl.guest.proto.Event;
import dev.kctl.guest.proto.InfoRequest;
import dev.kctl.guest.proto.InfoResult;
import dev.kctl.guest.proto.InputChunk;
import dev.kctl.guest.proto.InputResult;
import dev.kctl.guest.proto.Output;
import dev.kctl.guest.proto.ResizeResult;
import dev.kctl.guest.proto.SignalRequest;
import dev.kctl.guest.proto.SignalResult;
import dev.kctl.guest.proto.WindowSize;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** What the {@link FakeAgent} answers: a script of events, and a record of all it was asked. */
final class ScriptedService extends AgentGrpc.AgentImplBase {
  final List<Event> script = new CopyOnWriteArrayList<>();
  final AtomicReference<Optional<Status>> end = new AtomicReference<>(Optional.empty());
  final BlockingQueue<Long> acknowledged = new LinkedBlockingQueue<>();
  final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  final AtomicReference<Optional<Status>> refusal = new AtomicReference<>(Optional.empty());
  final AtomicInteger sent = new AtomicInteger();

  static Event output(long sequence, int length) {
    var output =
        Output.newBuilder()
            .setStream(Output.Stream.STDOUT)
            .setData(ByteString.copyFrom(new byte[length]));
    return Event.newBuilder().setSequence(sequence).setOutput(output).build();
  }

  /**
   * Once it is told where to begin, sends the script as fast as the connection takes it, then ends
   * as told, if told.
   */
  @Override
  public StreamObserver<Acknowledge> events(StreamObserver<Event> events) {
    var call = (ServerCallStreamObserver<Event>) events;
    var begun = new AtomicBoolean();
    call.setOnReadyHandler(() -> sendWhileReady(call, begun.get()));
    return new Recorder<>(
        ack -> {
          acknowledged.add(ack.getSequence());
          if (begun.compareAndSet(false, true)) {
            sendWhileReady(call, true);
          }
        },
        () -> {});
  }

  private synchronized void sendWhileReady(ServerCallStreamObserver<Event> call, boolean begun) {
    if (!begun) {
      return;
    }
    while (call.isReady() && sent.get() < script.size()) {
      call.onNext(script.get(sent.getAndIncrement()));
    }
    if (sent.get() == script.size()) {
      end.get().ifPresent(status -> end(call, status));
    }
  }

  private static void end(StreamObserver<Event> call, Status status) {
    if (status.isOk()) {
      call.onCompleted();
    } else {
      call.onError(status.asRuntimeException());
    }
  }

  @Override
  public StreamObserver<InputChunk> input(StreamObserver<InputResult> result) {
    refusal.get().ifPresent(status -> result.onError(status.asRuntimeException()));
    return new Recorder<>(
        chunk -> asked.add("input " + chunk.getData().size()),
        () -> {
          asked.add("end of input");
          answer(result, InputResult.getDefaultInstance());
        });
  }

  @Override
  public void resize(WindowSize size, StreamObserver<ResizeResult> result) {
    asked.add("resize %d x %d".formatted(size.getRows(), size.getColumns()));
    answer(result, ResizeResult.getDefaultInstance());
  }

  @Override
  public void signal(SignalRequest request, StreamObserver<SignalResult> result) {
    asked.add("signal " + request.getNumber());
    answer(result, SignalResult.getDefaultInstance());
  }

  @Override
  public void info(InfoRequest request, StreamObserver<InfoResult> result) {
    answer(result, InfoResult.newBuilder().setAgentVersion("fake").build());
  }

  private <A> void answer(StreamObserver<A> result, A answer) {
    if (refusal.get().isPresent()) {
      result.onError(refusal.get().get().asRuntimeException());
      return;
    }
    result.onNext(answer);
    result.onCompleted();
  }

  private record Recorder<T>(Consumer<T> next, Runnable completed) implements StreamObserver<T> {
    @Override
    public void onNext(T value) {
      next.accept(value);
    }

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onCompleted() {
      completed.run();
    }
  }
}
