package dev.kctl.engine;

import static dev.kctl.engine.RestartTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine that dies at each step, and the next one. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RecoveryTest {
  private static final Machine MACHINE =
      new Machine(
          "fake", "TCG", 1, 1 << 29, OptionalInt.empty(), List.of(new Machine.Member(1, 1)));

  @TempDir Path root;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer(root);
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    for (var container : server.containers.list()) {
      container.remove(true);
    }
    server.close();
  }

  @Test
  void whatWasOnlyMadeIsStillOnlyMade() throws IOException {
    var id = server.create("{\"RestartPolicy\":{\"Name\":\"always\"}}", "sleep");
    next("another boot");
    assertThat(state(id)).isInstanceOf(ContainerState.Created.class);
  }

  @Test
  void aStartUnderWayHasFailed() throws IOException {
    var id = server.create("{}", "sleep");
    write(id, new ContainerState.Starting(Instant.EPOCH, 1, Restarts.NONE));
    next("boot");
    assertThat(server.get("/containers/" + id + "/json"))
        .contains("\"Status\":\"created\"", "\"ExitCode\":128", "the engine ended while");
  }

  @Test
  void whatRunsGoesOnToItsEnd() throws IOException {
    var id = server.create("{}", "sleep");
    server.post("/containers/" + id + "/start", "");
    next("boot");
    assertThat(state(id)).isInstanceOf(ContainerState.Running.class);
    assertThat(server.guests.alive).hasValue(1);
    server.guests.end(new ContainerId(id), new GuestExit.Code(5, GuestExit.Want.NOTHING));
    eventually(() -> state(id) instanceof ContainerState.Exited);
    assertThat(ContainerState.exitCode(state(id))).isEqualTo(5);
  }

  @Test
  void nothingRunsAfterABootWhateverItsProcessNumbersSay() throws IOException {
    var id = server.create("{}", "sleep");
    server.post("/containers/" + id + "/start", "");
    next("another boot");
    assertThat(server.get("/containers/" + id + "/json"))
        .contains("\"Status\":\"exited\"", "\"ExitCode\":137", "\"Cause\":\"unseen\"");
  }

  @Test
  void aStopUnderWayIsNotTakenForAnAccident() throws IOException {
    var id = server.create("{\"RestartPolicy\":{\"Name\":\"unless-stopped\"}}", "sleep");
    write(
        id,
        new ContainerState.Running(
            Instant.EPOCH, Duration.ZERO, 1, Restarts.NONE, MACHINE, false, true));
    next("another boot");
    assertThat(state(id)).isInstanceOf(ContainerState.Exited.class);
  }

  @Test
  void aRemovalUnderWayIsFinished() throws IOException {
    var id = server.create("{}", "sleep");
    write(id, new ContainerState.Removing(0));
    next("boot");
    assertThat(server.containers.list()).isEmpty();
    assertThat(root.resolve("containers")).isEmptyDirectory();
  }

  @Test
  void aStateThatAPowerCutTookIsAnEnd() throws IOException {
    var id = server.create("{}", "sleep");
    var file = server.containers.get(id).files().state();
    server.die();
    Files.write(file, new byte[0]);
    server = new TestServer(root, server.guests, "another boot");
    assertThat(server.get("/containers/" + id + "/json"))
        .contains("\"Status\":\"exited\"", "\"Cause\":\"unseen\"");
  }

  @Test
  void everyStateIsReadAsItWasWritten() throws IOException {
    var outcome = new Outcome(137, true, Cause.OUT_OF_MEMORY, "why");
    var restarts = new Restarts(3, Duration.ofMillis(400));
    var when = Instant.parse("2026-11-25T10:00:00.123456789Z");
    for (var state :
        List.of(
            new ContainerState.Created(),
            new ContainerState.Starting(when, 2, restarts),
            new ContainerState.NotStarted(2, outcome),
            new ContainerState.Running(
                when, Duration.ofMillis(7), 2, restarts, MACHINE, true, true),
            new ContainerState.Restarting(when, when, 2, restarts, outcome),
            new ContainerState.Exited(when, when, 2, restarts, outcome, true),
            new ContainerState.Removing(9))) {
      assertThat(StateJson.fromJson(StateJson.toJson(state))).isEqualTo(state);
    }
  }

  @Test
  void aStartByPolicyIsStillARestart() {
    var starting = new ContainerState.Starting(Instant.EPOCH, 2, Restarts.NONE);
    assertThat(starting.status()).isEqualTo("created");
    assertThat(ContainerState.isLive(starting)).isFalse();
    var again = new ContainerState.Starting(Instant.EPOCH, 2, Restarts.NONE.next(Duration.ZERO));
    assertThat(again.status()).isEqualTo("restarting");
    assertThat(ContainerState.isLive(again)).isTrue();
  }

  @Test
  void aClockThatJumpsUsesUpNobodysTime() throws IOException {
    var id = server.create("{\"Annotations\":{\"dev.kctl.timeout\":\"1h\"}}", "sleep");
    server.post("/containers/" + id + "/start", "");
    server.jump = Duration.ofDays(1);
    server.post("/containers/" + id + "/kill", "");
    assertThat(server.get("/containers/" + id + "/json")).contains("\"Cause\":\"ended\"");
  }

  private void write(String id, ContainerState state) throws IOException {
    server.containers.get(id).files().write(state, false);
  }

  private void next(String boot) throws IOException {
    server.die();
    server = new TestServer(root, server.guests, boot);
  }

  private ContainerState state(String id) {
    return server.containers.get(id).state();
  }
}
