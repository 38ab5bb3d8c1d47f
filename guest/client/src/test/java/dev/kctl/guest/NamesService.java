package dev.kctl.guest;

import com.google.protobuf.ByteString;
import dev.kctl.guest.proto.AgentGrpc;
import dev.kctl.guest.proto.NameAnswer;
import dev.kctl.guest.proto.NameQuery;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The agent's side of {@code Names}: keeps what is unanswered for the next call. */
final class NamesService extends AgentGrpc.AgentImplBase {
  final BlockingQueue<NameAnswer> answers = new LinkedBlockingQueue<>();
  final AtomicInteger asked = new AtomicInteger();
  private final Queue<NameQuery> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable ServerCallStreamObserver<NameQuery>> current =
      new AtomicReference<>();
  private volatile boolean deaf;

  void ask(long id, int length, boolean overTcp) {
    waiting.add(
        NameQuery.newBuilder()
            .setId(id)
            .setMessage(ByteString.copyFrom(new byte[length]))
            .setOverTcp(overTcp)
            .build());
    var call = current.get();
    if (call != null) {
      sendWhileReady(call);
    }
  }

  /** From the next call on takes no answers. */
  void beDeaf() {
    deaf = true;
  }

  @Override
  public StreamObserver<NameAnswer> names(StreamObserver<NameQuery> queries) {
    var call = (ServerCallStreamObserver<NameQuery>) queries;
    if (deaf) {
      call.disableAutoRequest();
    }
    call.setOnReadyHandler(() -> sendWhileReady(call));
    var older = current.getAndSet(call);
    if (older != null) {
      older.onError(Status.ABORTED.withDescription("a newer call").asRuntimeException());
    }
    return new StreamObserver<>() {
      @Override
      public void onNext(NameAnswer answer) {
        answers.add(answer);
      }

      @Override
      public void onError(Throwable cause) {}

      @Override
      public void onCompleted() {}
    };
  }

  private synchronized void sendWhileReady(ServerCallStreamObserver<NameQuery> call) {
    while (call.isReady() && !waiting.isEmpty()) {
      call.onNext(waiting.remove());
      asked.incrementAndGet();
    }
  }
}
