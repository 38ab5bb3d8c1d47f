package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ContainerLifecycleTest {
  @TempDir Path root;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer(root);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void aWaitIsAnsweredAtOnceAndEndsWithTheNextExit() throws IOException {
    var id = server.create("{}", "exit", "7");
    try (var wait = server.connect()) {
      TestServer.send(
          wait,
          "POST",
          "/v1.50/containers/" + id + "/wait?condition=next-exit",
          "",
          "Connection: close\r\n");
      assertThat(TestServer.readHead(wait)).startsWith("HTTP/1.1 200 OK");

      assertThat(server.post("/containers/" + id + "/start", "")).startsWith("HTTP/1.1 204");
      assertThat(TestServer.readAll(wait)).contains("{\"StatusCode\":7}");
    }
    assertThat(server.get("/containers/" + id + "/json"))
        .contains("\"Status\":\"exited\"", "\"ExitCode\":7");
  }

  @Test
  void whoIsRefusedDoesNotHearTheWarningsThatAreToldOnce() throws IOException {
    server.guests.warnings = List.of("machines are slow here");
    var request = "{\"Image\":\"demo\"}";

    assertThat(server.post("/containers/create?name=-", request)).startsWith("HTTP/1.1 400");
    assertThat(server.post("/containers/create", request)).contains("machines are slow here");
    assertThat(server.post("/containers/create", request)).doesNotContain("machines are slow");
  }

  @Test
  void anAutoRemovedContainerLeavesNothingAndTellsItsExitCode() throws IOException {
    var id = server.create("{\"AutoRemove\":true}", "exit", "3");
    var removed = server.containers.get(id).exit(WaitCondition.REMOVED);
    server.post("/containers/" + id + "/start", "");

    assertThat(removed.join()).isEqualTo(3);
    assertThat(server.get("/containers/" + id + "/json")).startsWith("HTTP/1.1 404");
    assertThat(root.resolve("containers")).isEmptyDirectory();
    assertThat(server.guests.alive).hasValue(0);
    assertThat(ContainerIndex.read(root.toFile()).rows()).isEmpty();
  }

  @Test
  void aFailedStartOfAnAutoRemovedContainerEndsItsWaits() throws IOException {
    var id = server.create("{\"AutoRemove\":true}", "missing");
    var removed = server.containers.get(id).exit(WaitCondition.REMOVED);

    assertThat(server.post("/containers/" + id + "/start", ""))
        .startsWith("HTTP/1.1 400")
        .contains("executable file not found in $PATH");
    assertThat(removed.join()).isEqualTo(127);
    assertThat(root.resolve("containers")).isEmptyDirectory();
    assertThat(server.guests.alive).hasValue(0);
  }

  @Test
  void aFailedLaunchKeepsTheContainerWithItsError() throws IOException {
    var id = server.create("{}", "sleep");
    server.guests.launchFailure = "no qemu: install it";

    assertThat(server.post("/containers/" + id + "/start", ""))
        .startsWith("HTTP/1.1 500")
        .contains("no qemu: install it");
    assertThat(server.get("/containers/" + id + "/json"))
        .contains("\"Status\":\"created\"", "\"ExitCode\":128", "no qemu");
    server.guests.launchFailure = "";
    assertThat(server.post("/containers/" + id + "/start", "")).startsWith("HTTP/1.1 204");
  }

  @Test
  void startAndStopOfWhatIsSoAlreadyAreNotModified() throws IOException {
    var id = server.create("{}", "sleep");
    server.post("/containers/" + id + "/start", "");
    assertThat(server.post("/containers/" + id + "/start", "")).startsWith("HTTP/1.1 304");
    assertThat(server.post("/containers/" + id + "/stop?t=1", "")).startsWith("HTTP/1.1 204");
    assertThat(server.post("/containers/" + id + "/stop", "")).startsWith("HTTP/1.1 304");
    assertThat(server.get("/containers/" + id + "/json")).contains("\"ExitCode\":143");
  }

  @Test
  void aGuestThatRefusesSignalsIsStoppedWithItsMachine() throws IOException {
    var id = server.create("{}", "sleep");
    server.post("/containers/" + id + "/start", "");
    server.guests.signalsRefused = true;

    assertThat(server.post("/containers/" + id + "/stop?t=0", "")).startsWith("HTTP/1.1 204");
    assertThat(server.get("/containers/" + id + "/json")).contains("\"Status\":\"exited\"");
    assertThat(server.guests.alive).hasValue(0);
  }

  @Test
  void aRunningContainerIsRemovedByForceOnly() throws IOException {
    var id = server.create("{}", "sleep");
    server.post("/containers/" + id + "/start", "");
    assertThat(server.ask("DELETE", "/containers/" + id, ""))
        .startsWith("HTTP/1.1 409")
        .contains("container is running");

    assertThat(server.ask("DELETE", "/containers/" + id + "?force=1", ""))
        .startsWith("HTTP/1.1 204");
    assertThat(server.guests.alive).hasValue(0);
    assertThat(root.resolve("containers")).isEmptyDirectory();
  }

  @Test
  void killingWhatDoesNotRunIsAConflict() throws IOException {
    var id = server.create("{}", "sleep");
    assertThat(server.post("/containers/" + id + "/kill", ""))
        .startsWith("HTTP/1.1 409")
        .contains("container " + id + " is not running");
    server.post("/containers/" + id + "/start", "");
    assertThat(server.post("/containers/" + id + "/kill?signal=SIGINT", ""))
        .startsWith("HTTP/1.1 204");
    assertThat(server.containers.get(id).exit(WaitCondition.NOT_RUNNING).join()).isEqualTo(130);
  }

  @Test
  void theNextEngineFindsWhatWasRunningToHaveEnded() throws IOException {
    var id = server.create("{}", "sleep");
    var removable = server.create("{\"AutoRemove\":true}", "sleep");
    server.post("/containers/" + id + "/start", "");
    server.post("/containers/" + removable + "/start", "");
    Files.createDirectories(root.resolve("containers/half-made"));
    server.die();

    server = new TestServer(root);
    assertThat(server.get("/containers/" + id + "/json"))
        .contains("\"Status\":\"exited\"", "\"ExitCode\":137", "ended while no engine ran");
    assertThat(server.get("/containers/" + removable + "/json")).startsWith("HTTP/1.1 404");
    assertThat(root.resolve("containers/half-made")).doesNotExist();
  }
}
