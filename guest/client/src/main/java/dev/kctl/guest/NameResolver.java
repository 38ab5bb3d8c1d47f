package dev.kctl.guest;

import java.util.Optional;

/** Answers what programs of a container ask about names. */
@FunctionalInterface
public interface NameResolver {
  /**
   * Called on a virtual thread of its own for each query, so it may block; the container's programs
   * wait for 10 seconds at most. What it throws is for the container as if there were no answer.
   *
   * @param query a message of the DNS as a process of the container sent it, of at most 4096 bytes:
   *     hostile
   * @param overTcp if not, the answer has to fit in what the query says that its asker takes
   * @return a message of the DNS of at most 65535 bytes by TCP, else 4096; a larger one is none by
   *     TCP, else 4096; a larger one is none
   */
  Optional<byte[]> answer(byte[] query, boolean overTcp);
}
