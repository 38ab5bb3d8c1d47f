package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.SOON;
import static dev.kctl.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code kill -9} of every process that takes part in a {@code run} or a {@code pull}, at many
 * points of time. The next command finds everything in order: nothing left behind, and it works.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultIT {
  private final Kctl kctl = Kctl.create("fault");
  private final String image = SharedRegistry.busybox();

  @BeforeAll
  void pull() {
    kctl.succeed("pull", image);
  }

  @AfterAll
  void end() {
    kctl.close();
  }

  /** The values of all tests here: milliseconds after the process was first seen. */
  @ParameterizedTest
  @ValueSource(longs = {0, 80, 200, 500, 1500})
  void aKilledClientLeavesAContainerThatCanBeRemoved(long delay) {
    try (var run = kctl.start("run", "--rm", "--name", "victim", image, "sleep", "1000")) {
      pause(delay);
      run.signal("KILL");
      run.await();
    }
    // The container itself goes on, as with Docker: it is there whole or not at all.
    assertInOrder();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 50, 150, 300, 600, 1200, 2500})
  void aKilledEngineLeavesNothing(long delay) {
    killDuringARun("EngineMain", delay);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 50, 150, 300, 600, 1200, 2500})
  void aKilledKeeperLeavesNothing(long delay) {
    killDuringARun("kctl-keeper", delay);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 50, 150, 300, 600, 1200})
  void aKilledMachineLeavesNothing(long delay) {
    killDuringARun("qemu-system", delay);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 50, 150, 300, 600, 1200})
  void aKilledVsockDaemonLeavesNothing(long delay) {
    killDuringARun("vhost-device-vsock", delay);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 100, 200, 400, 600, 800})
  void aKilledImportWorkerLeavesAStoreThatWorks(long delay) {
    killDuringAPull("ImportWorker", delay);
  }

  @ParameterizedTest
  @ValueSource(longs = {100, 400, 800})
  void anEngineKilledDuringAPullLeavesAStoreThatWorks(long delay) {
    killDuringAPull("EngineMain", delay);
  }

  private void killDuringARun(String word, long delay) {
    try (var run = kctl.start("run", "--rm", "--name", "victim", image, "sleep", "1000")) {
      eventually(SOON, word + " is there", () -> !kctl.pids(word).isEmpty() || !run.isAlive());
      pause(delay);
      kctl.pids(word).forEach(pid -> Signals.send("KILL", pid));
      kctl.run("rm", "-f", "victim");
      run.signal("KILL");
      run.await();
    }
    assertInOrder();
  }

  private void killDuringAPull(String word, long delay) {
    kctl.run("rmi", SharedRegistry.bulky());
    try (var pull = kctl.start("pull", SharedRegistry.bulky())) {
      eventually(SOON, word + " is there", () -> !kctl.pids(word).isEmpty() || !pull.isAlive());
      pause(delay);
      kctl.pids(word).forEach(pid -> Signals.send("KILL", pid));
      pull.await();
    }
    kctl.succeed("pull", SharedRegistry.bulky());
    assertThat(kctl.succeed("run", "--rm", SharedRegistry.bulky(), "sh", "-c", "wc -c </bulk"))
        .isEqualTo((32 << 20) + "\n");
    kctl.assertNothingLeft();
  }

  private void assertInOrder() {
    assertThat(kctl.succeed("run", "--rm", image)).isEqualTo("hello from yes\n");
    // A request of the killed client may still be under way, and make the container after all.
    eventually(
        SOON,
        () -> {
          kctl.run("rm", "-f", "victim");
          assertThat(kctl.succeed("ps", "-a", "-q")).isEmpty();
        });
    kctl.assertNothingLeft();
  }

  private static void pause(long milliseconds) {
    LockSupport.parkNanos(Duration.ofMillis(milliseconds).toNanos());
  }
}
