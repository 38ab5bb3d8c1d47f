package dev.kctl.engine;

import dev.kctl.guest.proto.Limits;
import dev.kctl.guest.proto.Process;
import dev.kctl.guest.proto.ProcessInfo;
import dev.kctl.guest.proto.ProcessesResult;
import dev.kctl.guest.proto.StatsResult;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Machines without a VMM, for tests of what is above them. The container's command is acted out:
 * `echo TEXT`, `exit CODE`, `cat`, `sleep`, `missing`, `flood`.
 */
final class FakeGuests implements GuestLauncher {
  final AtomicInteger alive = new AtomicInteger();
  final List<String> asked = new CopyOnWriteArrayList<>();
  volatile String launchFailure = "";
  volatile ProcessesResult processes = ProcessesResult.getDefaultInstance();
  volatile StatsResult stats = StatsResult.getDefaultInstance();
  private final Map<ContainerId, FakeFiles> files = new ConcurrentHashMap<>();
  private final Map<ContainerId, GuestEvents> following = new ConcurrentHashMap<>();
  private final Map<String, Integer> aliveOf = new ConcurrentHashMap<>();
  private final Map<String, Integer> mostAlive = new ConcurrentHashMap<>();
  private final List<FakeExec> execs = new CopyOnWriteArrayList<>();

  /** A container's files, whether it has a machine or not. */
  FakeFiles files(ContainerId container) {
    return files.computeIfAbsent(container, _ -> new FakeFiles());
  }

  /** How many machines of a container were alive at the same time. */
  int mostAliveOf(String container) {
    return mostAlive.getOrDefault(container, 0);
  }

  private void lives(ContainerSpec spec) {
    var id = spec.id().hex();
    mostAlive.merge(id, aliveOf.merge(id, 1, Integer::sum), Math::max);
    alive.incrementAndGet();
  }

  /** Who listens to a container's guest, to tell it of what a real one would. */
  GuestEvents events(ContainerId container) {
    return Objects.requireNonNull(following.get(container));
  }

  /** The last process that was added to any container. */
  FakeExec lastExec() {
    return execs.getLast();
  }

  @Override
  public Guest launch(
      ContainerSpec spec, ContainerDirectory files, TerminalSize size, Trace trace) {
    if (!launchFailure.isEmpty()) {
      throw StartFailures.lost(launchFailure);
    }
    lives(spec);
    return new FakeGuest(spec, false);
  }

  @Override
  public Guest launchFiles(ContainerSpec spec, ContainerDirectory directory) {
    if (!launchFailure.isEmpty()) {
      throw new EngineException.Failed(launchFailure);
    }
    asked.add("files of " + spec.id().hex());
    lives(spec);
    return new FakeGuest(spec, true);
  }

  @Override
  public Guest adopt(ContainerSpec spec, ContainerDirectory files, Machine machine) {
    throw new EngineException.Failed("the machine ended while no engine ran");
  }

  @Override
  public void clear(ContainerSpec spec) {}

  @Override
  public List<String> warnings() {
    return List.of();
  }

  @Override
  public void check(ContainerSpec spec) {}

  private static GuestExit code(int code) {
    return new GuestExit.Code(code, GuestExit.Want.NOTHING);
  }

  private final class FakeGuest implements Guest {
    private final ContainerSpec spec;
    private final boolean filesOnly;
    private final List<String> command;
    private final CompletableFuture<Void> inputClosed = new CompletableFuture<>();
    private final ByteArrayOutputStream input = new ByteArrayOutputStream();
    private final CompletableFuture<GuestExit> end = new CompletableFuture<>();
    private final CompletableFuture<String> lost = new CompletableFuture<>();
    private long sequence;
    private boolean closed;

    FakeGuest(ContainerSpec spec, boolean filesOnly) {
      this.spec = spec;
      this.filesOnly = filesOnly;
      this.command = spec.arguments();
    }

    @Override
    public Machine machine() {
      return new Machine(
          "fake", "TCG", 1, 1, OptionalInt.empty(), List.of(new Machine.Member(1, 1)));
    }

    @Override
    public void follow(long after, GuestEvents events) {
      following.put(spec.id(), events);
      Thread.ofVirtual().start(() -> act(events));
      var _ = lost.thenAccept(events::lost);
    }

    private void act(GuestEvents events) {
      if (command.getFirst().equals("missing")) {
        events.exited(1, new GuestExit.NotStarted(GuestExit.Reason.NOT_FOUND, "exec: \"missing\""));
        return;
      }
      events.started(++sequence);
      try {
        switch (command.getFirst()) {
          case "echo" -> {
            say(events, OutputStreamKind.STDOUT, command.get(1));
            say(events, OutputStreamKind.STDERR, "to stderr");
            end.complete(code(0));
          }
          case "exit" -> end.complete(code(Integer.parseInt(command.get(1))));
          case "cat" -> {
            inputClosed.join();
            say(events, OutputStreamKind.STDOUT, input.toString(StandardCharsets.UTF_8));
            end.complete(code(0));
          }
          case "flood" -> {
            for (var i = 0; i < 64; i++) {
              say(events, OutputStreamKind.STDOUT, "x".repeat(64 * 1024));
            }
            end.complete(code(0));
          }
          default -> {}
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      var _ = end.thenAccept(exit -> events.exited(++sequence, exit));
    }

    private void say(GuestEvents events, OutputStreamKind kind, String text)
        throws InterruptedException {
      events.output(
          new OutputChunk(++sequence, 1_000_000_000L, kind, text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void acknowledge(long acknowledged) {}

    @Override
    public Input openInput() {
      return new Input() {
        @Override
        public void write(ByteBuffer data) {
          var bytes = new byte[data.remaining()];
          data.get(bytes);
          input.writeBytes(bytes);
        }

        @Override
        public void close() {
          inputClosed.complete(null);
        }
      };
    }

    @Override
    public void resize(TerminalSize size) {}

    @Override
    public void signal(Signal signal) {
      end.complete(new GuestExit.Killed(signal.number(), GuestExit.Want.NOTHING));
    }

    @Override
    public GuestExec exec(Process process) {
      if (end.isDone() || filesOnly) {
        throw new EngineException.Conflict("exec: agent: the container does not run");
      }
      asked.add("exec " + process.getArgsList());
      var exec = new FakeExec(process.getArgsList());
      execs.add(exec);
      return exec;
    }

    @Override
    public List<ProcessInfo> processes() {
      return processes.getProcessesList();
    }

    @Override
    public StatsResult stats() {
      return stats;
    }

    @Override
    public void freeze(boolean frozen) {
      asked.add(frozen ? "freeze" : "thaw");
    }

    @Override
    public void update(Limits limits) {
      asked.add("limits " + limits.getMemoryBytes() + " " + limits.getCpuMillis());
    }

    @Override
    public GuestFiles files() {
      return FakeGuests.this.files(spec.id());
    }

    @Override
    public boolean isAlive() {
      return !closed && !lost.isDone();
    }

    @Override
    public void powerOff() {
      asked.add("power off " + spec.id().hex());
    }

    @Override
    public void awaitPowerOff(Duration bound) {}

    @Override
    public void kill() {
      lost.complete("its VMM was killed by signal 9");
      execs.forEach(FakeExec::lose);
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        aliveOf.merge(spec.id().hex(), -1, Integer::sum);
        alive.decrementAndGet();
      }
    }
  }
}
