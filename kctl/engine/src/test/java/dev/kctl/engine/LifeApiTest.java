package dev.kctl.engine;

import static dev.kctl.engine.RestartTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LifeApiTest {
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
  void aPausedContainerIsShownSoAndRefusesWhatDockerRefuses() throws IOException {
    var id = started("{}");
    assertThat(server.post("/containers/" + id + "/pause", "")).startsWith("HTTP/1.1 204");

    assertThat(server.get("/containers/" + id + "/json"))
        .contains("\"Status\":\"paused\"", "\"Running\":true", "\"Paused\":true");
    assertThat(server.get("/containers/json")).contains("(Paused)");
    assertThat(server.post("/containers/" + id + "/pause", ""))
        .startsWith("HTTP/1.1 409")
        .contains("is already paused");
    assertThat(server.post("/containers/" + id + "/start", ""))
        .startsWith("HTTP/1.1 409")
        .contains("cannot start a paused container, try unpause instead");
    assertThat(server.ask("DELETE", "/containers/" + id, ""))
        .startsWith("HTTP/1.1 409")
        .contains("container is paused and must be unpaused first");
    assertThat(server.post("/containers/" + id + "/unpause", "")).startsWith("HTTP/1.1 204");
    assertThat(server.guests.asked).containsExactly("freeze", "thaw");
    assertThat(server.post("/containers/" + id + "/unpause", ""))
        .startsWith("HTTP/1.1 409")
        .contains("is not paused");
  }

  @Test
  void aPausedContainerIsThawedToSeeItsEnd() throws IOException {
    var id = started("{}");
    server.post("/containers/" + id + "/pause", "");
    assertThat(server.post("/containers/" + id + "/stop?t=1", "")).startsWith("HTTP/1.1 204");

    assertThat(server.guests.asked).containsExactly("freeze", "thaw");
    assertThat(server.get("/containers/" + id + "/json")).contains("\"ExitCode\":143");
  }

  @Test
  void theNextEngineKeepsAContainerPaused() throws IOException {
    var id = started("{}");
    server.post("/containers/" + id + "/pause", "");
    server.die();

    server = new TestServer(root, server.guests, "boot");
    assertThat(server.guests.asked).containsExactly("freeze", "freeze");
    assertThat(server.get("/containers/" + id + "/json")).contains("\"Status\":\"paused\"");
  }

  @Test
  void theNextEngineThawsWhatWasFrozenAndNotWrittenDown() throws IOException {
    var id = started("{}");
    server.die();

    server = new TestServer(root, server.guests, "boot");
    assertThat(server.guests.asked).containsExactly("thaw");
    assertThat(server.get("/containers/" + id + "/json")).contains("\"Status\":\"running\"");
  }

  @Test
  void aRestartStopsAndStarts() throws IOException {
    var id = started("{}");
    assertThat(server.post("/containers/" + id + "/restart?t=1", "")).startsWith("HTTP/1.1 204");
    assertThat(ContainerState.runsSoFar(server.containers.get(id).state())).isEqualTo(2);

    var stopped = server.create("{}", "sleep");
    assertThat(server.post("/containers/" + stopped + "/restart", "")).startsWith("HTTP/1.1 204");
    assertThat(server.get("/containers/" + stopped + "/json")).contains("\"Status\":\"running\"");
  }

  @Test
  void aRestartKeepsWhatGoesWithItsEnd() throws IOException {
    var id = started("{\"AutoRemove\":true}");
    assertThat(server.post("/containers/" + id + "/restart?t=1", "")).startsWith("HTTP/1.1 204");
    assertThat(server.get("/containers/" + id + "/json")).contains("\"Status\":\"running\"");

    server.post("/containers/" + id + "/stop?t=1", "");
    eventually(() -> server.containers.list().isEmpty());
  }

  @Test
  void aNewNameIsKeptAndAnotherOnesRefused() throws IOException {
    var id = server.create("{}", "sleep");
    var other = server.create("{}", "sleep");
    assertThat(server.post("/containers/" + id + "/rename?name=web", ""))
        .startsWith("HTTP/1.1 204");
    assertThat(server.post("/containers/" + other + "/rename?name=web", ""))
        .startsWith("HTTP/1.1 409")
        .contains("is already in use by container \\\"" + id);
    assertThat(server.post("/containers/web/rename?name=web", ""))
        .startsWith("HTTP/1.1 400")
        .contains("same name as its current name");
    server.die();

    server = new TestServer(root, server.guests, "boot");
    assertThat(server.get("/containers/web/json")).contains("\"Id\":\"" + id + "\"");
  }

  @Test
  void boundsOfARunningContainerChangeAtOnceAndStay() throws IOException {
    var id = started("{\"Memory\":268435456,\"NanoCpus\":1000000000}");
    assertThat(
            server.post(
                "/containers/" + id + "/update",
                "{\"Memory\":134217728,\"NanoCpus\":500000000,"
                    + "\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":3}}"))
        .startsWith("HTTP/1.1 200")
        .contains("{\"Warnings\":[]}");

    assertThat(server.guests.asked).containsExactly("limits 134217728 500");
    server.die();
    server = new TestServer(root, server.guests, "boot");
    assertThat(server.get("/containers/" + id + "/json"))
        .contains("\"Memory\":134217728", "\"Name\":\"on-failure\",\"MaximumRetryCount\":3");
  }

  @Test
  void moreThanTheMachineHasIsRefusedWhole() throws IOException {
    var id = started("{\"Memory\":134217728}");
    assertThat(
            server.post("/containers/" + id + "/update", "{\"Memory\":1073741824,\"CpuShares\":2}"))
        .startsWith("HTTP/1.1 409")
        .contains("stop the container, update it, and start it again");
    assertThat(server.get("/containers/" + id + "/json"))
        .contains("\"Memory\":134217728")
        .doesNotContain("CpuShares");

    server.post("/containers/" + id + "/stop?t=1", "");
    assertThat(server.post("/containers/" + id + "/update", "{\"Memory\":1073741824}"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void whoeverUsesUpItsTimeIsKilled() throws IOException {
    var id =
        started(
            "{\"Annotations\":{\"dev.kctl.timeout\":\"50ms\"},"
                + "\"RestartPolicy\":{\"Name\":\"always\"}}");
    eventually(() -> server.containers.get(id).state() instanceof ContainerState.Exited);
    assertThat(server.get("/containers/" + id + "/json"))
        .contains("\"ExitCode\":137", "\"Cause\":\"timeout\"");
    assertThat(server.get("/containers/json?all=1"))
        .containsPattern("Exited \\(137\\) [A-Za-z0-9 ]+ ago \\(timeout\\)");
  }

  @Test
  void timeGoesOnWithoutAnEngine() throws IOException {
    var id = started("{\"Annotations\":{\"dev.kctl.timeout\":\"1s\"}}");
    server.die();
    server = new TestServer(root, server.guests, "boot");

    eventually(() -> server.containers.get(id).state() instanceof ContainerState.Exited);
    assertThat(server.get("/containers/" + id + "/json")).contains("\"Cause\":\"timeout\"");
  }

  @Test
  void wantIsACauseOnlyOfWhatFailed() throws IOException {
    var id = started("{}");
    server.guests.end(new ContainerId(id), new GuestExit.Code(1, new GuestExit.Want(false, true)));
    eventually(() -> server.containers.get(id).state() instanceof ContainerState.Exited);
    assertThat(server.get("/containers/" + id + "/json")).contains("\"Cause\":\"disk-full\"");

    assertThat(Outcome.ended(0, new GuestExit.Want(true, true)).cause()).isEqualTo(Cause.ENDED);
    assertThat(Outcome.ended(137, new GuestExit.Want(true, true)).cause())
        .isEqualTo(Cause.OUT_OF_MEMORY);
  }

  @Test
  void nothingIsStartedOnADiskThatIsAsGoodAsFull() throws IOException {
    var id = server.create("{}", "sleep");
    server.room = 1 << 20;
    assertThat(server.post("/containers/" + id + "/start", ""))
        .startsWith("HTTP/1.1 500")
        .contains("no space left on device");
    assertThat(server.get("/containers/" + id + "/json")).contains("\"Cause\":\"host-disk-full\"");
    server.room = Long.MAX_VALUE;
    assertThat(server.post("/containers/" + id + "/start", "")).startsWith("HTTP/1.1 204");
  }

  private String started(String hostConfig) throws IOException {
    var id = server.create(hostConfig, "sleep");
    assertThat(server.post("/containers/" + id + "/start", "")).startsWith("HTTP/1.1 204");
    return id;
  }
}
