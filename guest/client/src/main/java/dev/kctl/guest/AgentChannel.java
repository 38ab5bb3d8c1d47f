package dev.kctl.guest;

import dev.kctl.guest.proto.InfoResult;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** One authenticated connection to a machine's agent. It never reconnects by itself. */
public interface AgentChannel extends AutoCloseable {
  /**
   * Subscribes to everything that happened after the event number {@code after}. An older
   * subscription ends. The sink is called on a virtual thread of this channel's.
   */
  EventStream events(long after, EventSink sink);

  /** Opens the container's standard input. A refusal is thrown by a later write. */
  InputSink openInput();

  /** Sets the size of the container's terminal. */
  void resize(int rows, int columns);

  /** Sends a signal (Linux x86-64 numbering) to the container's first process. */
  void signal(int number);

  InfoResult info(Duration timeout);

  /** Completed when the connection has ended, for whatever reason. */
  CompletionStage<Void> closed();

  @Override
  void close();
}
