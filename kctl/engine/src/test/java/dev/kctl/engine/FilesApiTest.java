package dev.kctl.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kctl.guest.proto.Change;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FilesApiTest {
  @TempDir Path root;
  private TestServer server;
  private String container = "";

  @BeforeEach
  void start() throws IOException {
    server = new TestServer(root);
    container = server.create("{}", "sleep");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void aNeverStartedContainerTakesFilesAndGivesThemBack() throws IOException {
    assertThat(put("/srv", "a tar", "&noOverwriteDirNonDir=true&copyUIDGID=0"))
        .startsWith("HTTP/1.1 200");
    assertThat(server.get(archive("/srv")))
        .contains("Content-Type: application/x-tar", "5\r\na tar\r\n0\r\n");
    assertThat(files().asked).containsExactly("write /srv true false");
    assertThat(server.guests.asked).containsExactly("files of " + container);
  }

  @Test
  void theHeaderTellsWhatIsThereInGosNumbers() throws IOException {
    var answer = server.ask("HEAD", archive("/link"), "");
    assertThat(answer).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
    assertThat(stat(answer))
        .isEqualTo(
            "{\"name\":\"link\",\"size\":0,\"mode\":134218239,\"mtime\":\"1970-01-01T00:00:00Z\","
                + "\"linkTarget\":\"/srv/target\"}");
    assertThat(stat(server.get(archive("/")))).contains("\"mode\":2147484141");
  }

  @Test
  void whatIsNotThereIsNamed() throws IOException {
    assertThat(server.get(archive("/a/../nope")))
        .startsWith("HTTP/1.1 404")
        .contains("Could not find the file /nope in container");
    assertThat(server.get("/containers/" + container + "/archive")).startsWith("HTTP/1.1 400");
  }

  @Test
  void compressedArchivesAreUnpacked() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write("plain".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(put("/srv", bytes.toString(StandardCharsets.ISO_8859_1), ""))
        .startsWith("HTTP/1.1 200");
    assertThat(files().archives.get("/srv")).asString().isEqualTo("plain");
    assertThat(put("/srv", "\u001f\u008bno gzip", "")).startsWith("HTTP/1.1 400");
  }

  @Test
  void changesAndExport() throws IOException {
    assertThat(server.get("/containers/" + container + "/changes")).contains("\r\n[]\r\n");
    files()
        .changes
        .add(Change.newBuilder().setPath("/a\u001b").setKind(Change.Kind.MODIFIED).build());
    files().changes.add(Change.newBuilder().setPath("/b").setKind(Change.Kind.DELETED).build());
    assertThat(server.get("/containers/" + container + "/changes"))
        .contains("[{\"Path\":\"/a\\u001B\",\"Kind\":0}", ",{\"Path\":\"/b\",\"Kind\":2}", "]");
    assertThat(server.get("/containers/" + container + "/export")).contains("4\r\nroot\r\n0\r\n");
  }

  @Test
  void oneMachineServesRequestsThatComeTogetherAndIsSwitchedOff() throws Exception {
    server.get(archive("/"));
    server.get(archive("/"));
    assertThat(server.guests.alive).hasValue(1);
    assertThat(server.activity.users()).isPositive();
    eventually(() -> server.guests.alive.get() == 0);
    assertThat(server.guests.asked)
        .containsExactly("files of " + container, "power off " + container);
  }

  @Test
  void aStartWaitsForTheMachineToBeGone() throws Exception {
    server.get(archive("/"));
    server.post("/containers/" + container + "/start", "");
    assertThat(server.guests.alive).hasValue(1);
    assertThat(server.guests.asked)
        .containsExactly("files of " + container, "power off " + container);
    assertThat(server.get(archive("/"))).startsWith("HTTP/1.1 200");
    assertThat(server.guests.asked).hasSize(2);
  }

  @Test
  void startsAndRequestsNeverShareTheDisk() throws Exception {
    for (var i = 0; i < 20; i++) {
      var start = CompletableFuture.runAsync(() -> post("/start"));
      var request = CompletableFuture.supplyAsync(() -> get(archive("/")));
      start.join();
      assertThat(request.join()).startsWith("HTTP/1.1 200");
      assertThat(server.guests.mostAliveOf(container)).isEqualTo(1);
      post("/kill");
    }
  }

  @Test
  void aRemovedContainerLeavesNoMachine() throws Exception {
    server.get(archive("/"));
    assertThat(server.ask("DELETE", "/containers/" + container, "")).startsWith("HTTP/1.1 204");
    assertThat(server.guests.alive).hasValue(0);
    assertThat(server.get(archive("/"))).startsWith("HTTP/1.1 404");
  }

  @Test
  void aMachineThatCannotStartIsNamedAndForgotten() throws IOException {
    server.guests.launchFailure = "no qemu: install it";
    assertThat(server.get(archive("/"))).startsWith("HTTP/1.1 500").contains("no qemu: install it");
    server.guests.launchFailure = "";
    assertThat(server.get(archive("/"))).startsWith("HTTP/1.1 200");
  }

  @Test
  void aStreamThatNeverEndsIsCutWhenTheClientLeaves() throws Exception {
    server.post("/containers/" + container + "/start", "");
    try (var client = server.connect()) {
      TestServer.send(client, "GET", archive("/endless"), "", "");
      assertThat(TestServer.readHead(client)).startsWith("HTTP/1.1 200");
    }
    eventually(() -> files().closed.get() == 1);
  }

  private FakeFiles files() {
    return server.guests.files(new ContainerId(container));
  }

  private String archive(String path) {
    return "/containers/" + container + "/archive?path=" + path;
  }

  private String put(String path, String body, String more) throws IOException {
    return server.ask("PUT", archive(path) + more, body);
  }

  private String get(String path) {
    try {
      return server.get(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void post(String verb) {
    try {
      server.post("/containers/" + container + verb, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String stat(String answer) {
    var start = answer.indexOf("X-Docker-Container-Path-Stat: ") + 30;
    var encoded = answer.substring(start, answer.indexOf("\r\n", start));
    return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
  }

  private static void eventually(BooleanSupplier condition) throws InterruptedException {
    var deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
