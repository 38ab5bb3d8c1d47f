package dev.kctl.guest;

import com.google.protobuf.ByteString;
import dev.kctl.guest.proto.NameAnswer;
import dev.kctl.guest.proto.NameQuery;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A running {@code Names} call. The guest may have {@link #AT_ONCE} queries answered at once, of
 * them {@link #LARGE_AT_ONCE} whose answers may be large; the next one is taken when an answer is
 * on its way. So neither questions nor answers pile up, whatever it does.
 */
final class GrpcNameService extends ClientCall.Listener<NameQuery> implements NameService {
  static final int AT_ONCE = 32;
  static final int LARGE_AT_ONCE = 4;

  /** Of a message: the largest query, and its id. */
  static final int LARGEST_MESSAGE = 4096 + 64;

  private static final int SMALLEST_QUERY = 12;
  private static final int LARGEST_QUERY = 4096;
  private static final int LARGEST_DATAGRAM = 4096;
  private static final int LARGEST_ANSWER = 65_535;

  private final ClientCall<NameAnswer, NameQuery> call;
  private final NameResolver resolver;
  private final Executor executor;
  private final Semaphore large = new Semaphore(LARGE_AT_ONCE);
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private boolean closed;
  private @Nullable AgentException failure;

  private GrpcNameService(
      ClientCall<NameAnswer, NameQuery> call, NameResolver resolver, Executor executor) {
    this.call = call;
    this.resolver = resolver;
    this.executor = executor;
  }

  static GrpcNameService start(
      ClientCall<NameAnswer, NameQuery> call, NameResolver resolver, Executor executor) {
    var service = new GrpcNameService(call, resolver, executor);
    call.start(service, new Metadata());
    call.request(AT_ONCE);
    return service;
  }

  @Override
  public CompletionStage<Void> ended() {
    return ended.minimalCompletionStage();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    call.cancel("closed", null);
  }

  @Override
  public synchronized void onReady() {
    notifyAll();
  }

  @Override
  public void onMessage(NameQuery query) {
    var length = query.getMessage().size();
    if (length < SMALLEST_QUERY || length > LARGEST_QUERY) {
      fail(new AgentImpostor("agent: a query for names of %d bytes".formatted(length)));
      return;
    }
    executor.execute(() -> answer(query));
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    AgentException cause;
    synchronized (this) {
      cause = failure == null && !status.isOk() ? Failures.of(status) : failure;
      closed = true;
      notifyAll();
    }
    if (cause == null) {
      ended.complete(null);
    } else {
      ended.completeExceptionally(cause);
    }
  }

  private void answer(NameQuery query) {
    if (!query.getOverTcp()) {
      answer(query, LARGEST_DATAGRAM);
      return;
    }
    large.acquireUninterruptibly();
    try {
      answer(query, LARGEST_ANSWER);
    } finally {
      large.release();
    }
  }

  private void answer(NameQuery query, int largest) {
    var message = ByteString.EMPTY;
    try {
      message =
          resolver
              .answer(query.getMessage().toByteArray(), query.getOverTcp())
              .filter(answer -> answer.length <= largest)
              .map(ByteString::copyFrom)
              .orElse(ByteString.EMPTY);
    } finally {
      send(NameAnswer.newBuilder().setId(query.getId()).setMessage(message).build());
    }
  }

  /** Waits until the guest takes it: one that does not gets no further query answered. */
  private synchronized void send(NameAnswer answer) {
    try {
      while (!closed && !call.isReady()) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    if (!closed) {
      call.sendMessage(answer);
      call.request(1);
    }
  }

  private void fail(AgentException reason) {
    synchronized (this) {
      failure = reason;
      closed = true;
      notifyAll();
    }
    call.cancel(reason.getMessage(), reason);
  }
}
