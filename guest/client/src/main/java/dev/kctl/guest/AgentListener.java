package dev.kctl.guest;

import java.time.Duration;

/** The socket on which one machine's agent reports itself. */
public interface AgentListener extends AutoCloseable {
  /**
   * Waits for the agent, turns away everybody else, and closes the listener. Where {@link #close}
   * is called meanwhile, {@link AgentGone} is thrown.
   */
  AgentChannel accept(Duration timeout);

  /** Closes and removes the socket. Harmless after {@link #accept}. */
  @Override
  void close();
}
