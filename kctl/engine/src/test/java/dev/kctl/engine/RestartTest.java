package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RestartTest {
  private static final String ALWAYS = "{\"RestartPolicy\":{\"Name\":\"always\"}}";
  private static final String UNLESS_STOPPED = "{\"RestartPolicy\":{\"Name\":\"unless-stopped\"}}";

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
  void aFailedContainerIsRestartedAsOftenAsItsPolicySays() throws IOException {
    var id =
        server.create(
            "{\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":2}}", "exit", "3");
    server.post("/containers/" + id + "/start", "");

    eventually(() -> state(id) instanceof ContainerState.Exited);
    assertThat(server.get("/containers/" + id + "/json"))
        .contains("\"RestartCount\":2", "\"ExitCode\":3", "\"Status\":\"exited\"");
    assertThat(ContainerState.runsSoFar(state(id))).isEqualTo(3);
    eventually(() -> server.kept.equals(List.of(true, false, true, false)));
  }

  @Test
  void aContainerThatEndedWellIsNotRestartedOnFailure() throws IOException {
    var id = server.create("{\"RestartPolicy\":{\"Name\":\"on-failure\"}}", "exit", "0");
    server.post("/containers/" + id + "/start", "");

    eventually(() -> state(id) instanceof ContainerState.Exited);
    assertThat(ContainerState.runsSoFar(state(id))).isEqualTo(1);
  }

  @Test
  void oneThatWaitsForItsRestartIsShownSoAndCanBeStopped() throws IOException {
    var id = server.create(ALWAYS, "exit", "4");
    server.post("/containers/" + id + "/start", "");
    eventually(
        () ->
            state(id) instanceof ContainerState.Restarting restarting
                && restarting.restarts().count() > 2);
    // Each pause ends, and another one follows.
    eventually(
        () ->
            containsAll(
                get("/containers/" + id + "/json"),
                "\"Status\":\"restarting\"",
                "\"Restarting\":true",
                "\"Running\":true"));
    eventually(() -> get("/containers/json").contains("Restarting (4) "));
    eventually(
        () ->
            containsAll(
                ask("DELETE", "/containers/" + id), "HTTP/1.1 409", "container is restarting"));

    assertThat(server.post("/containers/" + id + "/stop", "")).startsWith("HTTP/1.1 204");
    assertThat(server.get("/containers/" + id + "/json"))
        .contains("\"Status\":\"exited\"", "\"ExitCode\":4");
    assertThat(server.kept.getLast()).isFalse();
  }

  @Test
  void whoStopsAContainerDoesNotWantItRestarted() throws IOException {
    var id = server.create(ALWAYS, "sleep");
    server.post("/containers/" + id + "/start", "");
    assertThat(server.post("/containers/" + id + "/stop?t=1", "")).startsWith("HTTP/1.1 204");

    assertThat(state(id)).isInstanceOf(ContainerState.Exited.class);
  }

  @Test
  void anotherSignalLeavesThePolicyAlone() throws IOException {
    var id = server.create(ALWAYS, "sleep");
    server.post("/containers/" + id + "/start", "");
    server.post("/containers/" + id + "/kill?signal=HUP", "");

    eventually(() -> ContainerState.runsSoFar(state(id)) == 2);
  }

  @Test
  void pausesDoubleUpToAMinuteAndBeginAnewAfterAGoodRun() {
    var restarts = Restarts.NONE;
    for (var expected : new long[] {100, 200, 400, 800}) {
      restarts = restarts.next(Duration.ofSeconds(9));
      assertThat(restarts.pause()).hasMillis(expected);
    }
    for (var i = 0; i < 20; i++) {
      restarts = restarts.next(Duration.ZERO);
    }
    assertThat(restarts.pause()).hasMinutes(1);
    assertThat(restarts.next(Duration.ofSeconds(10)).pause()).hasMillis(100);
  }

  @Test
  void theNextEngineGoesOnWithARestart() throws IOException {
    var id = server.create(ALWAYS, "exit", "4");
    server.post("/containers/" + id + "/start", "");
    eventually(
        () -> state(id) instanceof ContainerState.Restarting now && now.restarts().count() > 2);
    server.die();

    server = new TestServer(root, server.guests, "boot");
    // The last count may not have been on disk yet when the engine died.
    var before = ContainerState.restarts(state(id));
    assertThat(before).isGreaterThan(1);
    eventually(() -> ContainerState.restarts(state(id)) > before);
  }

  @Test
  void theNextEngineRestartsWhatEndedWhileThereWasNone() throws IOException {
    var id = server.create(UNLESS_STOPPED, "sleep");
    var other = server.create("{}", "sleep");
    server.post("/containers/" + id + "/start", "");
    server.post("/containers/" + other + "/start", "");
    server.die();
    server.guests.lose(new ContainerId(id));
    server.guests.lose(new ContainerId(other));

    server = new TestServer(root, server.guests, "boot");
    eventually(() -> state(id) instanceof ContainerState.Running);
    assertThat(ContainerState.restarts(state(id))).isEqualTo(1);
    assertThat(server.get("/containers/" + other + "/json"))
        .contains("\"Status\":\"exited\"", "\"Cause\":\"unseen\"");
  }

  @Test
  void aStartThatTheEnginesDeathCutShortIsMadeAnew() throws IOException {
    var id = server.create(ALWAYS, "sleep");
    server.containers.get(id).files().write(starting(Restarts.NONE), false);
    server.die();

    server = new TestServer(root, server.guests, "boot");
    eventually(() -> state(id) instanceof ContainerState.Running);
  }

  @Test
  void afterABootWhatIsToRunIsStarted() throws IOException {
    var always = server.create(ALWAYS, "sleep");
    var stopped = server.create(UNLESS_STOPPED, "sleep");
    var running = server.create(UNLESS_STOPPED, "sleep");
    var plain = server.create("{}", "sleep");
    for (var id : new String[] {always, stopped, running, plain}) {
      server.post("/containers/" + id + "/start", "");
    }
    server.post("/containers/" + always + "/stop?t=1", "");
    server.post("/containers/" + stopped + "/stop?t=1", "");
    assertThat(root.resolve("start-at-boot")).exists();
    server.die();

    server = new TestServer(root, new FakeGuests(), "another boot");
    eventually(() -> state(always) instanceof ContainerState.Running);
    eventually(() -> state(running) instanceof ContainerState.Running);
    assertThat(state(stopped)).isInstanceOf(ContainerState.Exited.class);
    assertThat(state(plain)).isInstanceOf(ContainerState.Exited.class);
    assertThat(server.get("/containers/" + plain + "/json")).contains("was started anew");
  }

  @Test
  void anEngineThatIsOnlyTheNextOneStartsNothingThatWasStopped() throws IOException {
    var id = server.create(ALWAYS, "sleep");
    server.post("/containers/" + id + "/start", "");
    server.post("/containers/" + id + "/stop?t=1", "");
    server.die();

    server = new TestServer(root, server.guests, "boot");
    assertThat(state(id)).isInstanceOf(ContainerState.Exited.class);
  }

  @Test
  void aPolicyThatMakesNoSenseIsRefusedInDockersWords() throws IOException {
    assertThat(refusal("{\"RestartPolicy\":{\"Name\":\"sometimes\"}}"))
        .contains("invalid restart policy: unknown policy 'sometimes'");
    assertThat(refusal("{\"RestartPolicy\":{\"Name\":\"always\",\"MaximumRetryCount\":1}}"))
        .contains("maximum retry count can only be used with 'on-failure'");
    assertThat(refusal("{\"AutoRemove\":true,\"RestartPolicy\":{\"Name\":\"always\"}}"))
        .contains("can't create 'AutoRemove' container with restart policy");
  }

  private String refusal(String hostConfig) throws IOException {
    var answer =
        server.post("/containers/create", "{\"Image\":\"demo\",\"HostConfig\":" + hostConfig + "}");
    assertThat(answer).startsWith("HTTP/1.1 400");
    return answer;
  }

  private static boolean containsAll(String text, String... parts) {
    return Stream.of(parts).allMatch(text::contains);
  }

  private String get(String path) {
    return ask("GET", path);
  }

  private String ask(String method, String path) {
    try {
      return server.ask(method, path, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ContainerState starting(Restarts restarts) {
    return new ContainerState.Starting(Instant.EPOCH, 1, restarts);
  }

  private ContainerState state(String id) {
    return server.containers.get(id).state();
  }

  static void eventually(BooleanSupplier condition) {
    var deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
  }
}
