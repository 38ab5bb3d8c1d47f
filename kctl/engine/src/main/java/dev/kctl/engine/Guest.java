package dev.kctl.engine;

import dev.kctl.guest.proto.Limits;
import dev.kctl.guest.proto.Process;
import dev.kctl.guest.proto.ProcessInfo;
import dev.kctl.guest.proto.StatsResult;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

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

  /**
   * Adds a process to the container; returns when it runs.
   *
   * @throws EngineException.StartFailed where it could not be started, with Docker's exit code
   * @throws EngineException.Conflict where the container's own process has ended
   */
  GuestExec exec(Process process);

  /** The container's processes, by its own numbering; their texts are the container's. */
  List<ProcessInfo> processes();

  /** What the container has used so far. */
  StatsResult stats();

  /** Stops all processes of the container where they are, or lets them go on. */
  void freeze(boolean frozen);

  /** Sets the bounds of the container's cgroup; those that are 0 or empty are taken away. */
  void update(Limits limits);

  /** The container's files, as it has them now. */
  GuestFiles files();

  /** Whether its machine still runs. */
  boolean isAlive();

  /** Asks a machine that was started for its files alone to leave them clean and switch off. */
  void powerOff();

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
