package dev.kctl.engine;

import java.nio.ByteBuffer;
import java.time.Duration;

/** A container's machine while it lives, with the agent in it. */
interface Guest extends AutoCloseable {
  Machine machine();

  /** Delivers every event after this number, in order, on a thread of the guest's. */
  void follow(long after, GuestEvents events);

  /** Everything up to this number is in the log: the guest may forget it. */
  void acknowledge(long sequence);

  Input openInput();

  void resize(TerminalSize size);

  void signal(Signal signal);

  /** Waits for the machine to power itself off after its exit was acknowledged. */
  void awaitPowerOff(Duration bound);

  /** Ends the machine at once: the container's process dies with it. */
  void kill();

  /** Kills what still runs, and removes processes, sockets and directory of the machine. */
  @Override
  void close();

  /** The standard input of the container's process. */
  interface Input extends AutoCloseable {
    void write(ByteBuffer data);

    @Override
    void close();
  }
}
