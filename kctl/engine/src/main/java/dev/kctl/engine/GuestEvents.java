package dev.kctl.engine;

/** Takes what happens in a guest. */
interface GuestEvents {
  void started(long sequence);

  void output(OutputChunk chunk) throws InterruptedException;

  /** The kernel has killed one of the container's processes for want of memory. */
  default void outOfMemory(long sequence) {}

  /** The machine waits for the host's disk; {@code cause} says it for people. */
  default void stalled(String cause) {}

  /** A machine that was stalled goes on. */
  default void resumed() {}

  void exited(long sequence, GuestExit exit);

  /** The machine is gone, or out of reach, and its container's end was not told. */
  void lost(Outcome outcome);
}
