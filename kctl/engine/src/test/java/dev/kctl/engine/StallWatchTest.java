package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kctl.vmm.Stall;
import dev.kctl.vmm.Stalls;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StallWatchTest {
  @TempDir private Path directory;
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final FakeMachine machine = new FakeMachine();

  @Test
  void letsAMachineGoOnOnceThereIsRoom() throws Exception {
    try (var _ = StallWatch.begin(machine, directory, new Recorder())) {
      machine.stall(new Stall.DiskFull("scratch"));

      assertThat(next()).isEqualTo("paused: the host's disk is full");
      assertThat(next()).isEqualTo("resumed");
      assertThat(machine.stalled()).isEmpty();
    }
  }

  @Test
  void leavesAMachineAloneOnceItIsClosed() throws Exception {
    var missing = directory.resolve("missing");
    try (var _ = StallWatch.begin(machine, missing, new Recorder())) {
      machine.stall(new Stall.DiskFull("scratch"));

      assertThat(next()).isEqualTo("paused: the host's disk is full");
    }
    assertThat(machine.stalled()).isPresent();
  }

  @Test
  void namesAnotherReasonInPrintableLetters() {
    assertThat(StallWatch.describe(new Stall.WriteFailed("scratch", "Input/output error")))
        .isEqualTo("paused: the host cannot write its disk: Input/output error");
  }

  private String next() throws InterruptedException {
    return String.valueOf(said.poll(2, TimeUnit.MINUTES));
  }

  private final class Recorder implements StallWatch.Told {
    @Override
    public void stalled(String cause) {
      said.add(cause);
    }

    @Override
    public void resumed() {
      said.add("resumed");
    }
  }

  /** Stalls when told to and goes on whenever it is asked. */
  private static final class FakeMachine implements Stalls {
    private Consumer<Stall> listener = _ -> {};
    private volatile Optional<Stall> present = Optional.empty();

    void stall(Stall stall) {
      present = Optional.of(stall);
      listener.accept(stall);
    }

    @Override
    public void onStall(Consumer<Stall> heard) {
      listener = heard;
    }

    @Override
    public Optional<Stall> stalled() {
      return present;
    }

    @Override
    public void resume() {
      present = Optional.empty();
    }
  }
}
