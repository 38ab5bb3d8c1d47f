package dev.kctl.engine;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A process that was added to a running container, from its start on. */
interface GuestExec extends AutoCloseable {
  /** By the container's own numbering. */
  int pid();

  /**
   * Waits for the next piece of its output; empty when it has ended and all was read. Its output is
   * held back as on a full pipe while nobody takes it.
   *
   * @throws EngineException where the guest is lost, or {@link #close} was called
   */
  Optional<Output> next();

  /** How it ended, known once there is no more output; as docker would tell it: 128 + signal. */
  int exitCode();

  /** Sends standard input; blocks while the process does not read. */
  void write(ByteBuffer data);

  /** Ends the standard input. */
  void closeInput();

  void resize(TerminalSize size);

  void signal(Signal signal);

  /** Lets go of it: where it still runs, it does so without input, and its output is dropped. */
  @Override
  void close();

  /** A piece of output. */
  record Output(OutputStreamKind kind, ByteString data) {}
}
