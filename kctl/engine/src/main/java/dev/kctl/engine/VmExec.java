package dev.kctl.engine;

import dev.kctl.guest.AgentException;
import dev.kctl.guest.ExecCall;
import dev.kctl.guest.proto.ExecEvent;
import dev.kctl.guest.proto.Exited;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/** An exec of an agent's, in the engine's terms. */
final class VmExec implements GuestExec {
  private final ExecCall call;
  private final int pid;
  private OptionalInt exitCode = OptionalInt.empty();

  private VmExec(ExecCall call, int pid) {
    this.call = call;
    this.pid = pid;
  }

  /** Waits until the process runs. */
  static VmExec begun(ExecCall call) {
    try {
      var first = event(call);
      if (first.hasStarted()) {
        return new VmExec(call, first.getStarted().getPid());
      }
      throw notStarted(first.getExited());
    } catch (EngineException e) {
      call.close();
      throw e;
    }
  }

  @Override
  public int pid() {
    return pid;
  }

  @Override
  public Optional<Output> next() {
    if (exitCode.isPresent()) {
      return Optional.empty();
    }
    var event = event(call);
    if (event.hasExited()) {
      exitCode = OptionalInt.of(code(event.getExited()));
      return Optional.empty();
    }
    var output = event.getOutput();
    return Optional.of(new Output(OutputStreamKind.of(output.getStream()), output.getData()));
  }

  @Override
  public int exitCode() {
    return exitCode.orElseThrow(() -> new IllegalStateException("it may still run"));
  }

  @Override
  public void write(ByteBuffer data) {
    call.write(data);
  }

  @Override
  public void closeInput() {
    call.closeInput();
  }

  @Override
  public void resize(TerminalSize size) {
    call.resize(size.rows(), size.columns());
  }

  @Override
  public void signal(Signal signal) {
    call.signal(signal.number());
  }

  @Override
  public void close() {
    call.close();
  }

  private static ExecEvent event(ExecCall call) {
    try {
      return call.next()
          .orElseThrow(() -> new EngineException.Failed("exec: the guest told no end"));
    } catch (AgentException e) {
      throw GuestFailures.of("exec", e);
    }
  }

  private static int code(Exited exited) {
    return switch (VmGuest.exit(exited)) {
      case GuestExit.Code code -> code.code();
      case GuestExit.Killed killed -> 128 + killed.signal();
      case GuestExit.NotStarted failure ->
          throw new EngineException.Failed(
              "exec: the guest told a failed start of what had started: "
                  + StartFailures.printable(failure.message()));
    };
  }

  private static EngineException notStarted(Exited exited) {
    return switch (VmGuest.exit(exited)) {
      case GuestExit.NotStarted failure -> StartFailures.ofExec(failure);
      case GuestExit.Code _, GuestExit.Killed _ ->
          new EngineException.Failed("exec: the guest told an end without a start");
    };
  }
}
