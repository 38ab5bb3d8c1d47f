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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Machines without a VMM, for tests of what is above them. The container's command is acted out:
 * `echo TEXT`, `exit CODE`, `cat`, `sleep`, `missing`, `flood`.
 */
final class FakeGuests implements GuestLauncher {
  final AtomicInteger alive = new AtomicInteger();
  final List<String> asked = new CopyOnWriteArrayList<>();
  volatile String launchFailure = "";

  /** Whether agents refuse every signal. */
  volatile boolean signalsRefused;

  volatile List<String> warnings = List.of();
  volatile ProcessesResult processes = ProcessesResult.getDefaultInstance();
  volatile StatsResult stats = StatsResult.getDefaultInstance();
  private final Map<ContainerId, FakeFiles> files = new ConcurrentHashMap<>();
  private final Map<ContainerId, GuestEvents> following = new ConcurrentHashMap<>();
  private final Map<String, Integer> aliveOf = new ConcurrentHashMap<>();
  private final Map<String, Integer> mostAlive = new ConcurrentHashMap<>();
  private final List<FakeExec> execs = new CopyOnWriteArrayList<>();
  private final Map<ContainerId, FakeGuest> living = new ConcurrentHashMap<>();
  private final AtomicInteger engines = new AtomicInteger();
  private final AtomicBoolean told = new AtomicBoolean();

  /** The engine dies: nothing reaches it any more, and the machines live on. */
  void loseEngine() {
    engines.incrementAndGet();
  }

  /** A container's machine is killed, whether an engine sees it or not. */
  void lose(ContainerId container) {
    var guest = living.remove(container);
    if (guest != null) {
      aliveOf.merge(container.hex(), -1, Integer::sum);
      alive.decrementAndGet();
      guest.kill();
    }
  }

  /** Ends a container's process, as it would itself. */
  void end(ContainerId container, GuestExit exit) {
    Objects.requireNonNull(living.get(container)).end.complete(exit);
  }

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
    var guest = new FakeGuest(spec, false);
    living.put(spec.id(), guest);
    Thread.ofVirtual().start(guest::act);
    return guest;
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
    var guest = living.get(spec.id());
    if (guest == null) {
      throw new EngineException.Failed("the machine ended while no engine ran");
    }
    return guest;
  }

  @Override
  public void clear(ContainerSpec spec) {}

  @Override
  public void prepare() {}

  @Override
  public List<String> warnings() {
    return told.getAndSet(true) ? List.of() : warnings;
  }

  @Override
  public void check(ContainerSpec spec) {}

  private static GuestExit code(int code) {
    return new GuestExit.Code(code, GuestExit.Want.NOTHING);
  }

  /** Something that a guest tells, once or again. */
  private interface Happening {
    void tell(GuestEvents events);
  }

  private final class FakeGuest implements Guest {
    private final ContainerSpec spec;
    private final boolean filesOnly;
    private final List<String> command;
    private final CompletableFuture<Void> inputClosed = new CompletableFuture<>();
    private final ByteArrayOutputStream input = new ByteArrayOutputStream();
    private final CompletableFuture<GuestExit> end = new CompletableFuture<>();
    private final CompletableFuture<Outcome> lost = new CompletableFuture<>();
    private final List<Happening> happened = new ArrayList<>();
    private long sequence;
    private boolean closed;
    private volatile boolean frozen;
    private volatile CompletableFuture<Void> thawed = new CompletableFuture<>();

    FakeGuest(ContainerSpec spec, boolean filesOnly) {
      this.spec = spec;
      this.filesOnly = filesOnly;
      this.command = spec.arguments();
    }

    @Override
    public Machine machine() {
      return new Machine(
          "fake", "TCG", 1, 512 << 20, OptionalInt.empty(), List.of(new Machine.Member(1, 1)));
    }

    @Override
    public void follow(long after, GuestEvents events) {
      following.put(spec.id(), events);
      var engine = engines.get();
      Thread.ofVirtual().start(() -> deliver(after, events, engine));
      var _ =
          lost.thenAccept(
              outcome -> {
                if (engine == engines.get()) {
                  events.lost(outcome);
                }
              });
    }

    /** In order, what happened and what will, until the engine that listens dies. */
    private void deliver(long after, GuestEvents events, int engine) {
      if (filesOnly) {
        events.started(1);
        return;
      }
      for (var next = 0; ; next++) {
        Happening happening;
        synchronized (happened) {
          while (next >= happened.size()) {
            try {
              happened.wait();
            } catch (InterruptedException e) {
              return;
            }
          }
          happening = happened.get(next);
        }
        if (engine != engines.get()) {
          return;
        }
        if (next + 1 > after) {
          happening.tell(events);
        }
      }
    }

    private void happen(Happening happening) {
      synchronized (happened) {
        happened.add(happening);
        happened.notifyAll();
      }
    }

    private void act() {
      if (command.getFirst().equals("missing")) {
        happen(
            events ->
                events.exited(
                    1, new GuestExit.NotStarted(GuestExit.Reason.NOT_FOUND, "exec: \"missing\"")));
        return;
      }
      var first = ++sequence;
      happen(events -> events.started(first));
      switch (command.getFirst()) {
        case "echo" -> {
          say(OutputStreamKind.STDOUT, command.get(1));
          say(OutputStreamKind.STDERR, "to stderr");
          end.complete(code(0));
        }
        case "exit" -> end.complete(code(Integer.parseInt(command.get(1))));
        case "cat" -> {
          inputClosed.join();
          say(OutputStreamKind.STDOUT, input.toString(StandardCharsets.UTF_8));
          end.complete(code(0));
        }
        case "flood" -> {
          for (var i = 0; i < 64; i++) {
            say(OutputStreamKind.STDOUT, "x".repeat(64 * 1024));
          }
          end.complete(code(0));
        }
        default -> {}
      }
      var _ =
          end.thenAccept(
              exit -> {
                var last = ++sequence;
                happen(events -> events.exited(last, exit));
              });
    }

    private void say(OutputStreamKind kind, String text) {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      var chunk = new OutputChunk(++sequence, 1_000_000_000L, kind, bytes);
      happen(
          events -> {
            try {
              events.output(chunk);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
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
      if (signalsRefused) {
        throw new EngineException.Failed("signal: agent: no");
      }
      var exit = new GuestExit.Killed(signal.number(), GuestExit.Want.NOTHING);
      if (frozen && !signal.equals(Signal.KILL)) {
        var _ = thawed.thenRun(() -> end.complete(exit));
      } else {
        end.complete(exit);
      }
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
    public void freeze(boolean now) {
      asked.add(now ? "freeze" : "thaw");
      frozen = now;
      if (now) {
        thawed = new CompletableFuture<>();
      } else {
        thawed.complete(null);
      }
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
      lost.complete(Outcome.lost(Cause.VMM_KILLED, "its VMM was killed by signal 9"));
      execs.forEach(FakeExec::lose);
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        if (filesOnly || living.remove(spec.id(), this)) {
          aliveOf.merge(spec.id().hex(), -1, Integer::sum);
          alive.decrementAndGet();
        }
      }
    }
  }
}
