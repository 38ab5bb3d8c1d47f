package dev.kctl.guest;

import java.util.Optional;

/**
 * What the agent sends as the answer to one call, taken piece by piece. It is only a few pieces
 * ahead of whoever takes them, so a guest that never ends fills nothing.
 */
public interface AgentStream<T> extends AutoCloseable {
  /**
   * Waits for the next piece; empty after the last.
   *
   * @throws AgentException where the agent refuses, is gone, or keeps silent for too long
   */
  Optional<T> next();

  /** Ends the call; harmless after its end. */
  @Override
  void close();
}
