package dev.kctl.guest;

import dev.kctl.guest.Conversation.Patience;
import dev.kctl.guest.proto.WriteArchiveRequest;
import dev.kctl.guest.proto.WriteArchiveResult;
import io.grpc.ClientCall;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A running {@code WriteArchive} call. */
final class GrpcArchiveSink implements ArchiveSink {
  /** To the end the guest may have to write back all that is still in its memory. */
  private static final Patience END = Patience.of(Duration.ofMinutes(5));

  private final Conversation<WriteArchiveRequest, WriteArchiveResult> call;

  private GrpcArchiveSink(Conversation<WriteArchiveRequest, WriteArchiveResult> call) {
    this.call = call;
  }

  static GrpcArchiveSink start(
      ClientCall<WriteArchiveRequest, WriteArchiveResult> call, WriteArchiveRequest first) {
    var sink = new GrpcArchiveSink(Conversation.start(call));
    sink.call.sendNow(first);
    return sink;
  }

  @Override
  public void write(ByteBuffer data) {
    try {
      while (data.hasRemaining()) {
        call.send(
            WriteArchiveRequest.newBuilder().setData(Pieces.take(data)).build(),
            GrpcAgentChannel.SILENCE);
      }
    } catch (AgentException e) {
      throw Failures.ofUnpacking(e);
    }
  }

  @Override
  public void finish() {
    call.halfClose();
    try {
      if (call.next(END).isEmpty()) {
        throw new AgentImpostor("agent: ended without a word on the archive");
      }
    } catch (AgentException e) {
      throw Failures.ofUnpacking(e);
    }
  }

  @Override
  public void close() {
    call.close();
  }
}
