package dev.kctl.guest;

import io.grpc.ClientCall;
import java.util.Optional;
import java.util.function.Function;

/** A running call that is one question and a stream of answers. */
final class GrpcAnswers<A, T> implements AgentStream<T> {
  private final Conversation<?, A> call;
  private final Function<A, T> content;

  private GrpcAnswers(Conversation<?, A> call, Function<A, T> content) {
    this.call = call;
    this.content = content;
  }

  static <Q, A, T> GrpcAnswers<A, T> start(
      ClientCall<Q, A> call, Q question, Function<A, T> content) {
    var conversation = Conversation.start(call);
    conversation.sendNow(question);
    conversation.halfClose();
    return new GrpcAnswers<>(conversation, content);
  }

  @Override
  public Optional<T> next() {
    return call.next(GrpcAgentChannel.SILENCE).map(content);
  }

  @Override
  public void close() {
    call.close();
  }
}
