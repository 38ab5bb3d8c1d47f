package dev.kctl.guest;

import java.util.concurrent.CompletionStage;

/** Names being served to one container. */
public interface NameService extends AutoCloseable {
  /**
   * Completed when no more queries come: exceptionally with an {@link AgentException} where the
   * agent refuses, breaks the contract or is gone, or a newer service took this one's place.
   */
  CompletionStage<Void> ended();

  /** Ends the service; what is unanswered the agent asks the next one. */
  @Override
  void close();
}
