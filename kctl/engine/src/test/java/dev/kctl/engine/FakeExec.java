package dev.kctl.engine;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A process without a machine: `echo TEXT`, `exit CODE`, `cat`, `size`, `sleep`, `flood` (without
 * an end), `crash` (its guest is lost), `missing`.
 */
final class FakeExec implements GuestExec {
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream input = new ByteArrayOutputStream();
  private final List<String> command;
  private OptionalInt exitCode = OptionalInt.empty();
  private volatile TerminalSize size = TerminalSize.UNKNOWN;
  private volatile boolean closed;

  private sealed interface Event {
    record Said(GuestExec.Output output) implements Event {}

    record Ended(int code) implements Event {}

    record Lost(String cause) implements Event {}
  }

  FakeExec(List<String> command) {
    this.command = List.copyOf(command);
    switch (this.command.getFirst()) {
      case "missing" ->
          throw StartFailures.ofExec(
              new GuestExit.NotStarted(GuestExit.Reason.NOT_FOUND, "exec: \"missing\""));
      case "echo" -> {
        say(OutputStreamKind.STDOUT, command.get(1));
        say(OutputStreamKind.STDERR, "to stderr");
        end(0);
      }
      case "exit" -> end(Integer.parseInt(command.get(1)));
      case "crash" -> events.add(new Event.Lost("exec: agent: the connection has ended"));
      default -> {}
    }
  }

  boolean closed() {
    return closed;
  }

  @Override
  public int pid() {
    return 7;
  }

  @Override
  public Optional<Output> next() {
    if (exitCode.isPresent()) {
      return Optional.empty();
    }
    if (command.getFirst().equals("flood") && !closed) {
      return Optional.of(
          new Output(OutputStreamKind.STDOUT, ByteString.copyFrom(new byte[64 * 1024])));
    }
    try {
      return switch (events.take()) {
        case Event.Said(var output) -> Optional.of(output);
        case Event.Lost(var cause) -> throw new EngineException.Failed(cause);
        case Event.Ended(var code) -> {
          exitCode = OptionalInt.of(code);
          yield Optional.empty();
        }
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException.Failed("interrupted", e);
    }
  }

  @Override
  public int exitCode() {
    return exitCode.orElseThrow();
  }

  @Override
  public void write(ByteBuffer data) {
    var bytes = new byte[data.remaining()];
    data.get(bytes);
    input.writeBytes(bytes);
  }

  @Override
  public void closeInput() {
    if (command.getFirst().equals("cat")) {
      say(OutputStreamKind.STDOUT, input.toString(StandardCharsets.UTF_8));
      end(0);
    }
  }

  @Override
  public void resize(TerminalSize wanted) {
    size = wanted;
    if (command.getFirst().equals("size")) {
      say(OutputStreamKind.STDOUT, size.rows() + "x" + size.columns());
      end(0);
    }
  }

  @Override
  public void signal(Signal signal) {
    end(128 + signal.number());
  }

  @Override
  public void close() {
    closed = true;
    events.add(new Event.Lost("closed"));
  }

  /** The machine is gone: so is the process. */
  void lose() {
    events.add(new Event.Lost("exec: agent: the connection has ended"));
  }

  private void say(OutputStreamKind kind, String text) {
    events.add(new Event.Said(new Output(kind, ByteString.copyFromUtf8(text))));
  }

  private void end(int code) {
    events.add(new Event.Ended(code));
  }
}
