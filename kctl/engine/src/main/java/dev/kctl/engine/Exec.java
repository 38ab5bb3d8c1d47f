package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One process that is added to a container's run: started at most once, with or without client. */
final class Exec {
  /** How long the container's own end may take to be known where its guest is gone. */
  private static final int LAST_WORDS_SECONDS = 2;

  private final String id;
  private final Container container;
  private final Run run;
  private final ExecRequest request;
  private final InstantSource clock;
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();
  private State state = new State.Created();
  private TerminalSize size;

  /** Where it is in its life. */
  private sealed interface State {
    record Created() implements State {}

    record Starting() implements State {}

    record Running(GuestExec process) implements State {}

    record Ended(int exitCode, int pid, Instant at) implements State {}
  }

  /** Takes the output of a process. What it does not want, or cannot take any more, it drops. */
  interface Client {
    void take(GuestExec.Output output);

    /** The process was lost with its guest, or with the way to it. */
    void lost(String cause);
  }

  /** Nobody. */
  static final Client DETACHED =
      new Client() {
        @Override
        public void take(GuestExec.Output output) {}

        @Override
        public void lost(String cause) {}
      };

  Exec(String id, Container container, ExecRequest request, InstantSource clock) {
    this.id = id;
    this.container = container;
    this.run = container.run();
    this.request = request;
    this.clock = clock;
    this.size = request.size();
  }

  String id() {
    return id;
  }

  Container container() {
    return container;
  }

  ExecRequest request() {
    return request;
  }

  /** The exit code, once its client has got all of its output. */
  CompletableFuture<Integer> ended() {
    return ended;
  }

  /** Whether it has never begun, and its container is in another run by now: it never will. */
  synchronized boolean isStale() {
    return state instanceof State.Created
        && run != container.run()
        && container.state() instanceof ContainerState.Running;
  }

  /** Whether it may begin or go on. */
  synchronized boolean isLive() {
    return !(state instanceof State.Ended) && run == container.run();
  }

  synchronized Optional<Instant> endedAt() {
    return state instanceof State.Ended end ? Optional.of(end.at) : Optional.empty();
  }

  /** Takes the right to start it, which there is once. */
  void claim() {
    container.execs().checkRunning(container);
    synchronized (this) {
      state =
          switch (state) {
            case State.Created _ -> new State.Starting();
            case State.Starting _, State.Running _ ->
                throw new EngineException.Conflict("Exec command " + id + " is already running");
            case State.Ended _ ->
                throw new EngineException.Conflict("Exec command " + id + " has already run");
          };
    }
  }

  /**
   * Starts it after {@link #claim}; its output goes to the client from a thread of its own.
   *
   * @param wanted the client's terminal; unknown where it was told before, or never
   * @throws EngineException.StartFailed where it could not be started
   */
  GuestExec start(TerminalSize wanted, Client client) {
    try {
      var guest = run.guest().orElseThrow(() -> ContainerExecs.notRunning(container));
      var process = guest.exec(request.process(container.spec(), sizeOr(wanted)));
      synchronized (this) {
        state = new State.Running(process);
      }
      tell("exec_start: " + request.commandLine(), Map.of());
      Thread.ofVirtual().name("exec").start(() -> follow(process, client));
      return process;
    } catch (EngineException.StartFailed e) {
      end(e.exitCode(), 0);
      throw e;
    } catch (RuntimeException e) {
      end(StartFailures.NOT_EXECUTABLE, 0);
      throw e;
    }
  }

  /** Sets its terminal's size, before or after its start. */
  void resize(TerminalSize wanted) {
    GuestExec process;
    synchronized (this) {
      size = wanted;
      if (!(state instanceof State.Running running)) {
        return;
      }
      process = running.process;
    }
    process.resize(wanted);
  }

  synchronized ObjectNode json() {
    var json = Json.object();
    json.put("ID", id);
    json.put("Running", state instanceof State.Starting || state instanceof State.Running);
    switch (state) {
      case State.Created _, State.Starting _, State.Running _ -> json.putNull("ExitCode");
      case State.Ended end -> json.put("ExitCode", end.exitCode);
    }
    var process = json.putObject("ProcessConfig");
    process.put("tty", request.tty());
    process.put("entrypoint", request.command().getFirst());
    process.set("arguments", Json.strings(request.command().subList(1, request.command().size())));
    process.put("privileged", request.privileged());
    if (!request.user().isEmpty()) {
      process.put("user", request.user());
    }
    json.put("OpenStdin", request.streams().stdin());
    json.put("OpenStderr", request.streams().stderr());
    json.put("OpenStdout", request.streams().stdout());
    json.put("CanRemove", false);
    json.put("ContainerID", container.spec().id().hex());
    json.put("DetachKeys", request.detachKeys());
    json.put("Pid", pid());
    return json;
  }

  private int pid() {
    return switch (state) {
      case State.Created _, State.Starting _ -> 0;
      case State.Running running -> running.process.pid();
      case State.Ended end -> end.pid;
    };
  }

  private synchronized TerminalSize sizeOr(TerminalSize wanted) {
    return wanted.equals(TerminalSize.UNKNOWN) ? size : wanted;
  }

  /** To its end, whether the client is still there or not. */
  private void follow(GuestExec process, Client client) {
    try (process) {
      for (var next = process.next(); next.isPresent(); next = process.next()) {
        client.take(next.get());
      }
      end(process.exitCode(), process.pid());
    } catch (EngineException e) {
      // With the container its processes are killed; anything else the client must hear of.
      if (!containerEnds()) {
        client.lost(String.valueOf(e.getMessage()));
      }
      end(128 + Signal.KILL.number(), process.pid());
    }
  }

  private boolean containerEnds() {
    try {
      run.exit().get(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void end(int exitCode, int pid) {
    synchronized (this) {
      state = new State.Ended(exitCode, pid, clock.instant());
    }
    tell("exec_die", Map.of("exitCode", String.valueOf(exitCode)));
    ended.complete(exitCode);
  }

  /** Tells whoever listens what happens to it. */
  void tell(String action, Map<String, String> attributes) {
    var all = new HashMap<>(attributes);
    all.put("execID", id);
    container.emit(action, all);
  }
}
