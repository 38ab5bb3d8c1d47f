package dev.kctl.guest;

import java.nio.ByteBuffer;

/** A tar stream on its way into a container. */
public interface ArchiveSink extends AutoCloseable {
  /**
   * Sends a piece of any length; blocks while the guest unpacks.
   *
   * @throws AgentException where the agent has refused what came before
   */
  void write(ByteBuffer data);

  /**
   * Ends the stream and returns when all of it is unpacked.
   *
   * @throws AgentException where it could not be
   */
  void finish();

  /** Breaks the stream off where it was not finished: what is unpacked by then stays. */
  @Override
  void close();
}
