package dev.kctl.guest;

import dev.kctl.guest.proto.ExecEvent;
import java.nio.ByteBuffer;

/**
 * A process that was added to a running container: `started`, its output, `exited`, in this order,
 * which is enforced. Closing it before the end lets the process go on alone.
 */
public interface ExecCall extends AgentStream<ExecEvent> {
  /** Sends standard input; blocks while the process does not read. */
  void write(ByteBuffer data);

  /** Ends the standard input. */
  void closeInput();

  /** Sets the size of the terminal; of sizes that the agent does not take only the last is kept. */
  void resize(int rows, int columns);

  /** Sends a signal (Linux x86-64 numbering) to this process. Waits its turn behind input. */
  void signal(int number);
}
