package dev.kctl.guest;

import dev.kctl.guest.proto.Acknowledge;
import dev.kctl.guest.proto.Event;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A running {@code Events} call. Two bounds keep a hostile guest from growing the heap: it may be
 * only {@link #WINDOW} events ahead of the sink, and of the acknowledgements it does not read only
 * the newest is kept.
 */
final class GrpcEventStream extends ClientCall.Listener<Event> implements EventStream {
  private static final int WINDOW = 16;

  private final ClientCall<Acknowledge, Event> call;
  private final EventSink sink;
  private long expected;
  private long acknowledged;
  private long sent;
  private boolean ended;
  private @Nullable AgentException failure;

  private GrpcEventStream(ClientCall<Acknowledge, Event> call, long after, EventSink sink) {
    this.call = call;
    this.sink = sink;
    expected = after + 1;
    acknowledged = after;
    sent = after;
  }

  static GrpcEventStream start(ClientCall<Acknowledge, Event> call, long after, EventSink sink) {
    var stream = new GrpcEventStream(call, after, sink);
    call.start(stream, new Metadata());
    call.sendMessage(Acknowledge.newBuilder().setSequence(after).build());
    call.request(WINDOW);
    return stream;
  }

  @Override
  public synchronized void acknowledge(long sequence) {
    acknowledged = Math.max(acknowledged, sequence);
    sendAcknowledgement();
  }

  @Override
  public void close() {
    call.cancel("closed", null);
  }

  @Override
  public synchronized void onReady() {
    sendAcknowledgement();
  }

  @Override
  public void onMessage(Event event) {
    if (event.getSequence() != expected) {
      fail(
          new AgentImpostor(
              "agent: event %d where %d was due".formatted(event.getSequence(), expected)));
      return;
    }
    expected++;
    sink.accept(event);
    call.request(1);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    Optional<AgentException> cause;
    synchronized (this) {
      ended = true;
      cause = Optional.ofNullable(failure);
    }
    if (cause.isEmpty() && !status.isOk()) {
      cause = Optional.of(Failures.of(status));
    }
    sink.ended(cause);
  }

  private void fail(AgentException reason) {
    synchronized (this) {
      failure = reason;
    }
    call.cancel(reason.getMessage(), reason);
  }

  private void sendAcknowledgement() {
    if (!ended && acknowledged > sent && call.isReady()) {
      sent = acknowledged;
      call.sendMessage(Acknowledge.newBuilder().setSequence(sent).build());
    }
  }
}
