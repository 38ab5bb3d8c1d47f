package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ApiServerTest {
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
  void everyAnswerNamesVersionAndBuild() throws IOException {
    assertThat(server.ask("HEAD", "/_ping", ""))
        .startsWith("HTTP/1.1 200")
        .contains("Api-Version: 1.51", "Ostype: linux", "Kctl-Build: build");
    assertThat(server.get("/v1.44/_ping")).endsWith("OK");
  }

  @Test
  void errorsAreJsonOfExactlyThatType() throws IOException {
    assertThat(server.get("/nowhere"))
        .startsWith("HTTP/1.1 404")
        .contains("Content-Type: application/json\r\n", "{\"message\":\"page not found\"}");
    assertThat(server.get("/v1.52/info")).startsWith("HTTP/1.1 400").contains("is too new");
    assertThat(server.get("/v1.23/info")).startsWith("HTTP/1.1 400").contains("is too old");
  }

  @Test
  void aMissingImageMakesClientsPull() throws IOException {
    assertThat(server.post("/containers/create", "{\"Image\":\"other\"}"))
        .startsWith("HTTP/1.1 404")
        .contains("No such image: other:latest");
  }

  @Test
  void nullsAndUnknownFieldsAreIgnored() throws IOException {
    assertThat(
            server.post(
                "/containers/create?name=a1",
                "{\"Image\":\"demo\",\"Env\":null,\"Foo\":1,\"HostConfig\":{\"Binds\":null}}"))
        .startsWith("HTTP/1.1 201")
        .contains("\"Warnings\":[]");
  }

  @Test
  void fieldsThatAreNotHonouredAreRefusedOrNamed() throws IOException {
    assertThat(
            server.post(
                "/containers/create", "{\"Image\":\"demo\",\"HostConfig\":{\"UTSMode\":\"host\"}}"))
        .startsWith("HTTP/1.1 400")
        .contains("--uts (HostConfig.UTSMode)=\\\"host\\\" is not supported yet");
    assertThat(
            server.post(
                "/containers/create", "{\"Image\":\"demo\",\"HostConfig\":{\"BlkioWeight\":512}}"))
        .startsWith("HTTP/1.1 201")
        .contains("--blkio-weight (HostConfig.BlkioWeight)=512 is ignored");
  }

  @Test
  void aNameIsTakenOnce() throws IOException {
    server.post("/containers/create?name=web", "{\"Image\":\"demo\"}");
    assertThat(server.post("/containers/create?name=web", "{\"Image\":\"demo\"}"))
        .startsWith("HTTP/1.1 409")
        .contains("The container name \\\"/web\\\" is already in use");
  }

  @Test
  void listsWithFilters() throws IOException {
    server.post("/containers/create?name=web", "{\"Image\":\"demo\",\"Labels\":{\"a\":\"1\"}}");
    server.post("/containers/create?name=db", "{\"Image\":\"demo\"}");
    assertThat(server.get("/containers/json")).endsWith("[]");
    assertThat(server.get("/containers/json?all=1&filters=%7B%22label%22:%5B%22a=1%22%5D%7D"))
        .contains("/web")
        .doesNotContain("/db");
    assertThat(server.get("/containers/json?all=1&filters=%7B%22nonsense%22:%5B%22a%22%5D%7D"))
        .startsWith("HTTP/1.1 400");
  }

  @Test
  void outputIsDeliveredWholeBeforeTheStreamEnds() throws IOException {
    var id = server.create("{}", "flood");
    try (var attached = attach(id, "stdout=1")) {
      server.post("/containers/" + id + "/start", "");
      assertThat(TestServer.readAll(attached)).hasSize(64 * (64 * 1024 + 8));
    }
  }

  @Test
  void earlyInputIsKeptAndItsEndReachesTheContainer() throws IOException {
    var id = server.create("{}", "cat");
    try (var attached = server.connect()) {
      TestServer.send(
          attached,
          "POST",
          "/v1.50/containers/" + id + "/attach?stream=1&stdin=1&stdout=1",
          "",
          "Connection: Upgrade\r\nUpgrade: tcp\r\n");
      TestServer.write(attached, "hello");
      attached.shutdownOutput();
      assertThat(TestServer.readHead(attached)).startsWith("HTTP/1.1 101 UPGRADED");
      server.post("/containers/" + id + "/start", "");
      assertThat(TestServer.readAll(attached)).isEqualTo("\1\0\0\0\0\0\0\5hello");
    }
  }

  @Test
  void withoutUpgradeTheStreamEndsWithTheConnection() throws IOException {
    var id = server.create("{}", "echo", "hi");
    try (var attached = server.connect()) {
      TestServer.send(
          attached, "POST", "/containers/" + id + "/attach?stream=1&stdout=1&stderr=1", "", "");
      assertThat(TestServer.readHead(attached))
          .startsWith("HTTP/1.1 200 OK")
          .contains("application/vnd.docker.multiplexed-stream")
          .doesNotContain("chunked");
      server.post("/containers/" + id + "/start", "");
      assertThat(TestServer.readAll(attached))
          .isEqualTo("\1\0\0\0\0\0\0\2hi\2\0\0\0\0\0\0\11to stderr");
    }
  }

  @Test
  void logsHoldTheOutput() throws IOException {
    var id = server.create("{}", "echo", "hi\n");
    server.post("/containers/" + id + "/start", "");
    server.containers.get(id).exit(WaitCondition.NOT_RUNNING).join();
    assertThat(server.get("/containers/" + id + "/logs?stdout=1")).contains("hi\n");
    assertThat(server.get("/containers/" + id + "/logs?stdout=1&timestamps=1"))
        .contains("1970-01-01T00:00:01.000000000Z hi\n");
    assertThat(server.get("/containers/" + id + "/logs?stdout=1&tail=0")).doesNotContain("hi");
    assertThat(server.get("/containers/" + id + "/logs")).startsWith("HTTP/1.1 400");
  }

  @Test
  void aPullTellsItsProgressInDockersWords() throws IOException {
    var auth =
        Base64.getUrlEncoder()
            .encodeToString("{\"username\":\"u\"}".getBytes(StandardCharsets.UTF_8));
    try (var client = server.connect()) {
      TestServer.send(
          client,
          "POST",
          "/images/create?fromImage=docker.io%2Flibrary%2Fdemo&tag=1",
          "",
          "Connection: close\r\nX-Registry-Auth: " + auth + "\r\n");
      assertThat(TestServer.readAll(client))
          .startsWith("HTTP/1.1 200")
          .contains(
              "{\"status\":\"Pulling from library/demo\",\"id\":\"1\"}",
              "\"progressDetail\":{\"current\":1,\"total\":2}",
              "Status: Downloaded newer image for demo:1");
    }
    assertThat(server.images.pulled).isNotNull();
  }

  @Test
  void aPullThatFailsHasAStatusBeforeTheFirstProgressAndALineAfter() throws IOException {
    assertThat(server.post("/images/create?fromImage=far&tag=1", "")).startsWith("HTTP/1.1 500");
    assertThat(server.post("/images/create?fromImage=torn&tag=1", ""))
        .startsWith("HTTP/1.1 200")
        .contains("\"errorDetail\":{\"message\":");
  }

  @Test
  void severalRequestsUseOneConnection() throws IOException {
    try (var client = server.connect()) {
      for (var i = 0; i < 3; i++) {
        TestServer.send(client, "GET", "/_ping", "", "");
        assertThat(TestServer.readHead(client)).startsWith("HTTP/1.1 200");
        var body = ByteBuffer.allocate(2);
        while (body.hasRemaining()) {
          client.read(body);
        }
      }
    }
  }

  @Test
  void chunkedBodiesAreRead() throws IOException {
    try (var client = server.connect()) {
      TestServer.write(
          client,
          String.join(
              "\r\n",
              "POST /containers/create?name=chunked HTTP/1.1",
              "Host: x",
              "Connection: close",
              "Transfer-Encoding: chunked",
              "",
              "10",
              "{\"Image\":\"demo\"}",
              "0",
              "",
              ""));
      assertThat(TestServer.readAll(client)).startsWith("HTTP/1.1 201");
    }
  }

  @Test
  void aBodyOfTwoLengthsIsRefused() throws IOException {
    try (var client = server.connect()) {
      TestServer.write(
          client, "POST /x HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
      assertThat(TestServer.readAll(client)).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void doesNotLeaveWhileSomebodyIsConnected() throws IOException {
    try (var client = server.connect()) {
      TestServer.send(client, "GET", "/_ping", "", "");
      TestServer.readHead(client);
      assertThat(server.server.closeIfUnused()).isFalse();
    }
    assertThat(server.get("/_ping")).endsWith("OK");
  }

  private SocketChannel attach(String id, String query) throws IOException {
    var channel = server.connect();
    TestServer.send(
        channel,
        "POST",
        "/v1.50/containers/" + id + "/attach?stream=1&" + query,
        "",
        "Connection: Upgrade\r\nUpgrade: tcp\r\n");
    assertThat(TestServer.readHead(channel))
        .startsWith("HTTP/1.1 101")
        .contains("application/vnd.docker.multiplexed-stream");
    return channel;
  }
}
