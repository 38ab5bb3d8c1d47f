package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ExecApiTest {
  private static final String ALL =
      "\"AttachStdin\":true,\"AttachStdout\":true,\"AttachStderr\":true";

  @TempDir Path root;
  private TestServer server;
  private String container = "";

  @BeforeEach
  void start() throws IOException {
    server = new TestServer(root);
    container = server.create("{}", "sleep");
    server.post("/containers/" + container + "/start", "");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void outputComesInFramesAndTheExitCodeIsFinalAtItsEnd() throws IOException {
    var exec = exec("\"Cmd\":[\"echo\",\"hi\"]," + ALL);
    assertThat(inspect(exec)).contains("\"Running\":false", "\"ExitCode\":null");
    try (var client = upgrade(exec, "{}")) {
      assertThat(TestServer.readHead(client))
          .startsWith("HTTP/1.1 101 UPGRADED")
          .contains("application/vnd.docker.multiplexed-stream");
      assertThat(TestServer.readAll(client))
          .isEqualTo("\1\0\0\0\0\0\0\2hi\2\0\0\0\0\0\0\11to stderr");
    }
    assertThat(inspect(exec))
        .contains(
            "\"Running\":false",
            "\"ExitCode\":0",
            "\"Pid\":7",
            "\"OpenStdin\":true",
            "\"entrypoint\":\"echo\",\"arguments\":[\"hi\"]",
            "\"ContainerID\":\"" + container + "\"");
  }

  @Test
  void onlyWhatIsAttachedIsSent() throws IOException {
    var exec = exec("\"Cmd\":[\"echo\",\"hi\"],\"AttachStderr\":true");
    assertThat(server.post("/exec/" + exec + "/start", "{}"))
        .startsWith("HTTP/1.1 200 OK")
        .endsWith("\r\n\r\n\2\0\0\0\0\0\0\11to stderr");
  }

  @Test
  void earlyInputAndItsEndReachTheProcess() throws IOException {
    var exec = exec("\"Cmd\":[\"cat\"]," + ALL);
    try (var client = upgrade(exec, "{\"Detach\":false,\"Tty\":false}")) {
      TestServer.write(client, "hello");
      client.shutdownOutput();
      TestServer.readHead(client);
      assertThat(TestServer.readAll(client)).isEqualTo("\1\0\0\0\0\0\0\5hello");
    }
  }

  @Test
  void aTerminalsBytesHaveNoFramesAndItsSizeMayComeFirst() throws IOException {
    var exec = exec("\"Cmd\":[\"size\"],\"Tty\":true," + ALL);
    try (var client = upgrade(exec, "{\"Tty\":true}")) {
      TestServer.readHead(client);
      assertThat(server.post("/exec/" + exec + "/resize?h=30&w=100", ""))
          .startsWith("HTTP/1.1 200");
      assertThat(TestServer.readAll(client)).isEqualTo("30x100");
    }
    assertThat(server.post("/exec/" + exec + "/resize?h=-1&w=100", "")).startsWith("HTTP/1.1 400");
  }

  @Test
  void theKeysLetGoOfAProcessThatGoesOn() throws IOException {
    var exec = exec("\"Cmd\":[\"sleep\"],\"Tty\":true," + ALL);
    try (var client = upgrade(exec, "{\"Tty\":true}")) {
      TestServer.readHead(client);
      TestServer.write(client, "\20\21");
      assertThat(TestServer.readAll(client)).isEmpty();
    }
    assertThat(inspect(exec)).contains("\"Running\":true");
    assertThat(server.get("/containers/" + container + "/json"))
        .contains("\"ExecIDs\":[\"" + exec + "\"]");
  }

  @Test
  void aClientThatGoesAwayLeavesTheProcessAndItsExitCode() throws IOException {
    var exec = exec("\"Cmd\":[\"flood\"]," + ALL);
    try (var client = upgrade(exec, "{}")) {
      TestServer.readHead(client);
    }
    assertThat(inspect(exec)).contains("\"Running\":true");
  }

  @Test
  void aDetachedOneIsAnsweredWhenItRuns() throws IOException {
    var exec = exec("\"Cmd\":[\"exit\",\"3\"]");
    assertThat(server.post("/exec/" + exec + "/start", "{\"Detach\":true}"))
        .startsWith("HTTP/1.1 200");
    var ended = server.containers.get(container).execs().find(exec, Instant.now());
    assertThat(ended.orElseThrow().ended().join()).isEqualTo(3);
    assertThat(inspect(exec)).contains("\"ExitCode\":3");
  }

  @Test
  void aMissingProgramIsToldInTheStreamAndBy127() throws IOException {
    var exec = exec("\"Cmd\":[\"missing\"]," + ALL);
    assertThat(server.post("/exec/" + exec + "/start", "{}"))
        .startsWith("HTTP/1.1 200")
        .contains(
            "OCI runtime exec failed: exec failed: unable to start container process: exec:"
                + " \"missing\": executable file not found in $PATH\r\n");
    assertThat(inspect(exec)).contains("\"ExitCode\":127", "\"Running\":false");

    var detached = exec("\"Cmd\":[\"missing\"]");
    assertThat(server.post("/exec/" + detached + "/start", "{\"Detach\":true}"))
        .startsWith("HTTP/1.1 400")
        .contains("executable file not found in $PATH");
  }

  @Test
  void itStartsOnce() throws IOException {
    var exec = exec("\"Cmd\":[\"exit\",\"0\"]," + ALL);
    server.post("/exec/" + exec + "/start", "{}");
    assertThat(server.post("/exec/" + exec + "/start", "{}"))
        .startsWith("HTTP/1.1 409")
        .contains("Exec command " + exec + " has already run");
  }

  @Test
  void whatDoesNotRunTakesNone() throws IOException {
    assertThat(server.post("/containers/nope/exec", "{\"Cmd\":[\"true\"]}"))
        .startsWith("HTTP/1.1 404")
        .contains("No such container: nope");
    assertThat(server.get("/exec/nope/json"))
        .startsWith("HTTP/1.1 404")
        .contains("No such exec instance: nope");
    assertThat(server.post("/containers/" + container + "/exec", "{\"Cmd\":[]}"))
        .startsWith("HTTP/1.1 400")
        .contains("No exec command specified");
    var exec = exec("\"Cmd\":[\"echo\",\"x\"]");
    server.post("/containers/" + container + "/kill", "");
    assertThat(server.post("/exec/" + exec + "/start", "{}")).startsWith("HTTP/1.1 409");
    assertThat(server.post("/containers/" + container + "/exec", "{\"Cmd\":[\"true\"]}"))
        .startsWith("HTTP/1.1 409")
        .contains("container " + container + " is not running");
  }

  @Test
  void aLostGuestIsNamed() throws IOException {
    var exec = exec("\"Cmd\":[\"crash\"]," + ALL);
    assertThat(server.post("/exec/" + exec + "/start", "{}"))
        .endsWith("\3\0\0\0\0\0\0\45exec: agent: the connection has ended");
    assertThat(inspect(exec)).contains("\"ExitCode\":137");
  }

  @Test
  void withTheContainerItsExecsAreKilled() throws IOException {
    var exec = exec("\"Cmd\":[\"sleep\"]," + ALL);
    try (var client = upgrade(exec, "{}")) {
      TestServer.readHead(client);
      server.ask("DELETE", "/containers/" + container + "?force=1", "");
      assertThat(TestServer.readAll(client)).isEmpty();
    }
    assertThat(server.get("/exec/" + exec + "/json")).startsWith("HTTP/1.1 404");
  }

  private String exec(String fields) throws IOException {
    var answer = server.post("/containers/" + container + "/exec", "{" + fields + "}");
    assertThat(answer).startsWith("HTTP/1.1 201");
    var start = answer.indexOf("\"Id\":\"") + 6;
    return answer.substring(start, start + 64);
  }

  private String inspect(String exec) throws IOException {
    return server.get("/exec/" + exec + "/json");
  }

  private SocketChannel upgrade(String exec, String body) throws IOException {
    var channel = server.connect();
    TestServer.send(
        channel,
        "POST",
        "/v1.50/exec/" + exec + "/start",
        body,
        "Connection: Upgrade\r\nUpgrade: tcp\r\n");
    return channel;
  }
}
