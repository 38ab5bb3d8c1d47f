package dev.kctl.guest;

import com.google.protobuf.ByteString;
import dev.kctl.guest.proto.InputChunk;
import dev.kctl.guest.proto.InputResult;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A running {@code Input} call. Waits with each chunk until gRPC has room: its queue stays short.
 */
final class GrpcInputSink extends ClientCall.Listener<InputResult> implements InputSink {
  private static final int LARGEST_CHUNK = 64 * 1024;

  private final ClientCall<InputChunk, InputResult> call;
  private boolean closed;
  private @Nullable Status ended;

  private GrpcInputSink(ClientCall<InputChunk, InputResult> call) {
    this.call = call;
  }

  static GrpcInputSink start(ClientCall<InputChunk, InputResult> call) {
    var sink = new GrpcInputSink(call);
    call.start(sink, new Metadata());
    call.request(1);
    return sink;
  }

  @Override
  public synchronized void write(ByteBuffer data) {
    while (data.hasRemaining()) {
      awaitRoom();
      var length = Math.min(data.remaining(), LARGEST_CHUNK);
      var chunk = InputChunk.newBuilder().setData(ByteString.copyFrom(data, length)).build();
      call.sendMessage(chunk);
    }
  }

  @Override
  public synchronized void close() {
    if (!closed && ended == null) {
      call.halfClose();
    }
    closed = true;
    notifyAll();
  }

  @Override
  public synchronized void onReady() {
    notifyAll();
  }

  @Override
  public synchronized void onClose(Status status, Metadata trailers) {
    ended = status;
    notifyAll();
  }

  private void awaitRoom() {
    try {
      while (ended == null && !closed && !call.isReady()) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AgentGone("agent: interrupted while sending input", e);
    }
    if (closed) {
      throw new IllegalStateException("input was closed");
    }
    if (ended != null) {
      throw Failures.of(ended);
    }
  }
}
