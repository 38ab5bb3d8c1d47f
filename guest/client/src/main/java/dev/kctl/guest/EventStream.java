package dev.kctl.guest;

/** A subscription to a container's events. */
public interface EventStream extends AutoCloseable {
  /** Tells the agent that everything up to {@code sequence} is safe and may be forgotten. */
  void acknowledge(long sequence);

  /** Ends the subscription; the agent keeps what was not acknowledged. */
  @Override
  void close();
}
