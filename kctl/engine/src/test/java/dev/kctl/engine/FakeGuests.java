package dev.kctl.engine;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Machines without a VMM, for tests of what is above them. The container's command is acted out:
 * `echo TEXT`, `exit CODE`, `cat`, `sleep`, `missing`, `flood`.
 */
final class FakeGuests implements GuestLauncher {
  final AtomicInteger alive = new AtomicInteger();
  volatile String launchFailure = "";

  @Override
  public Guest launch(
      ContainerSpec spec, ContainerDirectory files, TerminalSize size, Trace trace) {
    if (!launchFailure.isEmpty()) {
      throw StartFailures.lost(launchFailure);
    }
    alive.incrementAndGet();
    return new FakeGuest(spec);
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

  private final class FakeGuest implements Guest {
    private final List<String> command;
    private final CompletableFuture<Void> inputClosed = new CompletableFuture<>();
    private final ByteArrayOutputStream input = new ByteArrayOutputStream();
    private final CompletableFuture<GuestExit> end = new CompletableFuture<>();
    private final CompletableFuture<String> lost = new CompletableFuture<>();
    private long sequence;
    private boolean closed;

    FakeGuest(ContainerSpec spec) {
      this.command = spec.arguments();
    }

    @Override
    public Machine machine() {
      return new Machine(
          "fake", "TCG", 1, 1, OptionalInt.empty(), List.of(new Machine.Member(1, 1)));
    }

    @Override
    public void follow(long after, GuestEvents events) {
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
            end.complete(new GuestExit.Code(0, false));
          }
          case "exit" -> end.complete(new GuestExit.Code(Integer.parseInt(command.get(1)), false));
          case "cat" -> {
            inputClosed.join();
            say(events, OutputStreamKind.STDOUT, input.toString(StandardCharsets.UTF_8));
            end.complete(new GuestExit.Code(0, false));
          }
          case "flood" -> {
            for (var i = 0; i < 64; i++) {
              say(events, OutputStreamKind.STDOUT, "x".repeat(64 * 1024));
            }
            end.complete(new GuestExit.Code(0, false));
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
      end.complete(new GuestExit.Killed(signal.number(), false));
    }

    @Override
    public void awaitPowerOff(Duration bound) {}

    @Override
    public void kill() {
      lost.complete("its VMM was killed by signal 9");
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        alive.decrementAndGet();
      }
    }
  }
}
