package dev.kctl.engine;

import dev.kctl.guest.AgentChannel;
import dev.kctl.guest.AgentException;
import dev.kctl.guest.EventSink;
import dev.kctl.guest.EventStream;
import dev.kctl.guest.proto.Event;
import dev.kctl.guest.proto.Exited;
import dev.kctl.guest.proto.Limits;
import dev.kctl.guest.proto.Process;
import dev.kctl.guest.proto.ProcessInfo;
import dev.kctl.guest.proto.StartFailure;
import dev.kctl.guest.proto.Started;
import dev.kctl.guest.proto.StatsResult;
import dev.kctl.linux.ProcessIdentity;
import dev.kctl.vmm.RunningVm;
import dev.kctl.vmm.Stalls;
import dev.kctl.vmm.VmSpec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A machine of a hypervisor with its agent, in the engine's terms. */
final class VmGuest implements Guest {
  /** How long the last events of a dead machine, or the cause of a lost one, may take to come. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final VmSpec spec;
  private final String vmm;
  private final RunningVm vm;
  private final AgentChannel channel;
  private final Trace trace;
  private final Runnable released;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable EventStream events;
  private volatile @Nullable StallWatch stalls;

  VmGuest(
      VmSpec spec, String vmm, RunningVm vm, AgentChannel channel, Trace trace, Runnable released) {
    this.spec = spec;
    this.vmm = vmm;
    this.vm = vm;
    this.channel = channel;
    this.trace = trace;
    this.released = released;
  }

  @Override
  public Machine machine() {
    var processes = vm.processes();
    var all = new ArrayList<Machine.Member>();
    all.add(member(processes.vmm()));
    processes.helpers().forEach(helper -> all.add(member(helper)));
    return new Machine(
        vmm, spec.accelerator().name(), spec.vcpus(), spec.memoryBytes(), spec.uid(), all);
  }

  @Override
  public void follow(long after, GuestEvents sink) {
    events = channel.events(after, new Sink(sink));
    watchStalls(sink);
    var _ =
        vm.onExit()
            .thenAccept(
                exit ->
                    CompletableFuture.delayedExecutor(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(() -> lost(sink, VmEnds.outcome(exit))));
  }

  private void watchStalls(GuestEvents sink) {
    if (vm instanceof Stalls machine) {
      var told =
          new StallWatch.Told() {
            @Override
            public void stalled(String cause) {
              System.err.println("engine: machine " + spec.id() + " " + cause);
              sink.stalled(cause);
            }

            @Override
            public void resumed() {
              System.err.println("engine: machine " + spec.id() + " goes on");
              sink.resumed();
            }
          };
      stalls = StallWatch.begin(machine, spec.disks().getLast().file(), told);
    }
  }

  @Override
  public void acknowledge(long sequence) {
    var stream = events;
    if (stream != null) {
      stream.acknowledge(sequence);
    }
  }

  @Override
  public Input openInput() {
    var sink = channel.openInput();
    return new Input() {
      @Override
      public void write(ByteBuffer data) {
        sink.write(data);
      }

      @Override
      public void close() {
        sink.close();
      }
    };
  }

  @Override
  public void resize(TerminalSize size) {
    try {
      channel.resize(size.rows(), size.columns());
    } catch (AgentException e) {
      throw new EngineException.Conflict("cannot resize the terminal: " + e.getMessage());
    }
  }

  @Override
  public void signal(Signal signal) {
    try {
      channel.signal(signal.number());
    } catch (AgentException e) {
      throw new EngineException.Failed("the guest does not take it: " + e.getMessage(), e);
    }
  }

  @Override
  public GuestExec exec(Process process) {
    return VmExec.begun(channel.exec(process));
  }

  @Override
  public List<ProcessInfo> processes() {
    return GuestFailures.translated("cannot list processes", channel::processes);
  }

  @Override
  public StatsResult stats() {
    return GuestFailures.translated("cannot read statistics", channel::stats);
  }

  @Override
  public void freeze(boolean frozen) {
    try {
      channel.freeze(frozen);
    } catch (AgentException e) {
      throw GuestFailures.of(frozen ? "cannot freeze it" : "cannot thaw it", e);
    }
  }

  @Override
  public void update(Limits limits) {
    try {
      channel.update(limits);
    } catch (AgentException e) {
      throw GuestFailures.of("cannot set its limits", e);
    }
  }

  @Override
  public GuestFiles files() {
    return new VmFiles(channel);
  }

  @Override
  public boolean isAlive() {
    return !vm.onExit().toCompletableFuture().isDone();
  }

  @Override
  public void powerOff() {
    try {
      channel.powerOff();
    } catch (AgentException e) {
      throw GuestFailures.of("cannot switch it off", e);
    }
  }

  @Override
  public void awaitPowerOff(Duration bound) {
    try {
      vm.onExit().toCompletableFuture().get(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // It is killed then; its file system has a journal.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void kill() {
    vm.kill();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      ended.set(true);
      var watch = stalls;
      if (watch != null) {
        watch.close();
      }
      try {
        vm.close();
      } finally {
        channel.close();
        released.run();
      }
    }
  }

  private void lost(GuestEvents sink, Outcome outcome) {
    if (ended.compareAndSet(false, true)) {
      sink.lost(outcome);
    }
  }

  private static Machine.Member member(ProcessIdentity process) {
    return new Machine.Member(process.pid(), process.startTime());
  }

  /** Translates the agent's events. */
  private final class Sink implements EventSink {
    private final GuestEvents sink;

    Sink(GuestEvents sink) {
      this.sink = sink;
    }

    @Override
    public void accept(Event event) {
      switch (event.getWhatCase()) {
        case STARTED -> {
          note(event.getStarted());
          sink.started(event.getSequence());
        }
        case OUTPUT -> output(event);
        case EXITED -> {
          ended.set(true);
          sink.exited(event.getSequence(), exit(event.getExited()));
        }
        case OUT_OF_MEMORY -> sink.outOfMemory(event.getSequence());
        case WHAT_NOT_SET -> {
          // A newer agent's kind of event: nothing this engine could do with it.
        }
      }
    }

    @Override
    public void ended(Optional<AgentException> cause) {
      if (ended.get()) {
        return;
      }
      var end = vm.onExit().toCompletableFuture();
      Outcome outcome;
      try {
        outcome = VmEnds.outcome(end.get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS));
      } catch (TimeoutException | ExecutionException e) {
        outcome = Outcome.lost(Cause.GUEST_LOST, "the connection to the guest was lost");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        outcome = Outcome.lost(Cause.GUEST_LOST, "interrupted");
      }
      lost(sink, outcome);
    }

    private void output(Event event) {
      var output = event.getOutput();
      var kind = OutputStreamKind.of(output.getStream());
      var data = output.getData().toByteArray();
      try {
        sink.output(new OutputChunk(event.getSequence(), event.getTimeNs(), kind, data));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** The guest's own clock begins when its kernel does. */
    private void note(Started started) {
      var now = trace.now();
      var start = now - started.getProcessNs();
      trace.add("guest: agent", start + started.getAgentMainNs(), start + started.getMountedNs());
      trace.add("guest: process", start + started.getMountedNs(), now);
    }
  }

  static GuestExit exit(Exited exited) {
    return switch (exited.getCauseCase()) {
      case CODE -> new GuestExit.Code(exited.getCode() & 0xff, want(exited));
      case SIGNAL -> new GuestExit.Killed(exited.getSignal() & 0x7f, want(exited));
      case START_FAILURE -> failure(exited.getStartFailure());
      case CAUSE_NOT_SET ->
          new GuestExit.NotStarted(GuestExit.Reason.SETUP, "the guest named no cause");
    };
  }

  private static GuestExit.Want want(Exited exited) {
    return new GuestExit.Want(exited.getOomKilled(), exited.getDiskFull());
  }

  private static GuestExit failure(StartFailure failure) {
    var reason =
        switch (failure.getReason()) {
          case NOT_FOUND -> GuestExit.Reason.NOT_FOUND;
          case NOT_EXECUTABLE -> GuestExit.Reason.NOT_EXECUTABLE;
          case NO_SUCH_USER -> GuestExit.Reason.NO_SUCH_USER;
          case BAD_WORKING_DIRECTORY -> GuestExit.Reason.BAD_WORKING_DIRECTORY;
          case SETUP, REASON_UNSPECIFIED, UNRECOGNIZED -> GuestExit.Reason.SETUP;
        };
    return new GuestExit.NotStarted(reason, failure.getMessage());
  }
}
