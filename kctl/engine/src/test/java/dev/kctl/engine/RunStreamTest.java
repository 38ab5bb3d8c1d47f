package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The streams of kctl's own clients. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RunStreamTest {
  private static final String KILLED = "5 1:0 \0\0\0\u0089";

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
  void tellsEveryPlaceAndTheEnd() throws IOException {
    var id = server.create("{}", "echo", "hi");
    try (var client = stream(id, "stdout=1&stderr=1")) {
      server.post("/containers/" + id + "/start", "");
      assertThat(frames(client))
          .containsExactly("3 1:0 ", "1 1:2 hi", "2 1:3 to stderr", "5 1:0 \0\0\0\0");
    }
  }

  @Test
  void goesOnAfterAnyPlaceOfAnEndedRun() throws IOException {
    var id = server.create("{}", "echo", "hi");
    server.post("/containers/" + id + "/start", "");
    server.containers.get(id).exit(WaitCondition.NOT_RUNNING).join();
    try (var client = stream(id, "stdout=1&stderr=1&run=1&after=2")) {
      assertThat(frames(client)).containsExactly("3 1:2 ", "2 1:3 to stderr", "5 1:0 \0\0\0\0");
    }
    try (var client = stream(id, "stdout=1&stderr=1&run=1&after=3")) {
      assertThat(frames(client)).containsExactly("3 1:3 ", "5 1:0 \0\0\0\0");
    }
  }

  @Test
  void tellsTheExitCodeOfAnEndedRun() throws IOException {
    var id = server.create("{}", "exit", "7");
    server.post("/containers/" + id + "/start", "");
    server.containers.get(id).exit(WaitCondition.NOT_RUNNING).join();
    try (var client = stream(id, "stdout=1&run=1&after=0")) {
      assertThat(frames(client)).containsExactly("3 1:0 ", "5 1:0 \0\0\0\7");
    }
  }

  @Test
  void tellsWhyWhereTheMachineEnded() throws IOException {
    var id = server.create("{}", "sleep", "1000");
    try (var client = stream(id, "stdout=1")) {
      server.post("/containers/" + id + "/start", "");
      server.guests.lose(server.containers.get(id).spec().id());
      assertThat(frames(client))
          .containsExactly(
              "3 1:0 ", "6 1:0 the machine ended: its VMM was killed by signal 9", KILLED);
    }
    try (var client = stream(id, "stdout=1&run=1&after=0")) {
      assertThat(frames(client))
          .containsExactly(
              "3 1:0 ", "6 1:0 the machine ended: its VMM was killed by signal 9", KILLED);
    }
    assertThat(server.get("/containers/" + id + "/json"))
        .contains("\"Error\":\"its VMM was killed by signal 9\"");
  }

  @Test
  void saysNothingOfAMachineThatWasToEnd() throws IOException {
    var id = server.create("{}", "sleep", "1000");
    try (var client = stream(id, "stdout=1")) {
      server.post("/containers/" + id + "/start", "");
      server.ask("DELETE", "/containers/" + id + "?force=1", "");
      assertThat(frames(client)).containsExactly("3 1:0 ", KILLED);
    }
  }

  @Test
  void refusesARunThatNeverWas() throws IOException {
    var id = server.create("{}", "exit", "7");
    assertThat(server.post("/kctl/v1/containers/" + id + "/stream?run=5", ""))
        .startsWith("HTTP/1.1 409")
        .contains("has not had run 5 yet");
    assertThat(server.post("/kctl/v1/containers/" + id + "/stream?run=x", ""))
        .startsWith("HTTP/1.1 400");
  }

  @Test
  void saysHowMuchInputTheContainerHasGot() throws IOException {
    var id = server.create("{}", "cat");
    try (var client = stream(id, "stdin=1&stdout=1")) {
      TestServer.write(client, "hello");
      client.shutdownOutput();
      server.post("/containers/" + id + "/start", "");
      assertThat(frames(client))
          .containsExactlyInAnyOrder(
              "3 1:0 ", "4 1:0 \0\0\0\0\0\0\0\5", "1 1:2 hello", "5 1:0 \0\0\0\0");
    }
  }

  @Test
  void numbersWhatALogHas() throws IOException {
    var id = server.create("{}", "echo", "one\ntwo\n");
    server.post("/containers/" + id + "/start", "");
    server.containers.get(id).exit(WaitCondition.NOT_RUNNING).join();
    var log = "/kctl/v1/containers/" + id + "/logs?stdout=1&stderr=1";
    assertThat(server.get(log)).contains("one\ntwo\n", "to stderr");
    assertThat(server.get(log + "&run=1&after=2")).doesNotContain("one").contains("to stderr");
    assertThat(server.get(log + "&tail=2&timestamps=1"))
        .doesNotContain("one")
        .contains("1970-01-01T00:00:01.000000000Z two\n");
    assertThat(server.get(log + "&details=1")).contains(" one\n two\n");
  }

  private SocketChannel stream(String id, String query) throws IOException {
    var channel = server.connect();
    TestServer.send(
        channel,
        "POST",
        "/kctl/v1/containers/" + id + "/stream?" + query,
        "",
        "Connection: Upgrade\r\nUpgrade: tcp\r\n");
    assertThat(TestServer.readHead(channel)).startsWith("HTTP/1.1 101");
    return channel;
  }

  /** Each frame as {@code KIND RUN:SEQUENCE CONTENT}. */
  private static List<String> frames(SocketChannel channel) throws IOException {
    var bytes = ByteBuffer.wrap(TestServer.readAll(channel).getBytes(StandardCharsets.ISO_8859_1));
    var frames = new ArrayList<String>();
    while (bytes.hasRemaining()) {
      var kind = bytes.get();
      bytes.position(bytes.position() + 3);
      var content = new byte[bytes.getInt()];
      var place = bytes.getLong() + ":" + bytes.getLong();
      bytes.get(content);
      frames.add(kind + " " + place + " " + new String(content, StandardCharsets.ISO_8859_1));
    }
    return frames;
  }
}
