package dev.kctl.guest;

import dev.kctl.guest.Conversation.Patience;
import dev.kctl.guest.proto.InputChunk;
import dev.kctl.guest.proto.InputResult;
import io.grpc.ClientCall;
import java.nio.ByteBuffer;

/** A running {@code Input} call. */
final class GrpcInputSink implements InputSink {
  private final Conversation<InputChunk, InputResult> call;

  private GrpcInputSink(Conversation<InputChunk, InputResult> call) {
    this.call = call;
  }

  static GrpcInputSink start(ClientCall<InputChunk, InputResult> call) {
    return new GrpcInputSink(Conversation.start(call));
  }

  @Override
  public void write(ByteBuffer data) {
    while (data.hasRemaining()) {
      call.send(InputChunk.newBuilder().setData(Pieces.take(data)).build(), Patience.UNLIMITED);
    }
  }

  @Override
  public void close() {
    call.halfClose();
  }
}
