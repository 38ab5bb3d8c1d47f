package dev.kctl.engine;

import static dev.kctl.engine.RestartTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PruneTest {
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
  void whatDoesNotRunIsTakenAway() throws IOException {
    var running = server.create("{}", "sleep");
    server.post("/containers/" + running + "/start", "");
    var ended = server.create("{}", "exit", "0");
    server.post("/containers/" + ended + "/start", "");
    eventually(() -> server.containers.get(ended).state() instanceof ContainerState.Exited);
    Files.write(server.containers.get(ended).files().scratch(), new byte[10_000]);

    assertThat(server.post("/containers/prune?filters={\"label\":[\"no\"]}", ""))
        .contains("\"ContainersDeleted\":null,\"SpaceReclaimed\":0");
    assertThat(server.post("/containers/prune?filters={\"until\":[\"1h\"]}", ""))
        .contains("\"ContainersDeleted\":null");
    assertThat(server.post("/containers/prune?filters={\"label!\":[\"from=image\"]}", ""))
        .contains("\"ContainersDeleted\":null");
    assertThat(server.post("/containers/prune", ""))
        .contains("\"ContainersDeleted\":[\"" + ended + "\"],\"SpaceReclaimed\":1");
    assertThat(server.containers.list()).hasSize(1);
  }

  @Test
  void onlyImagesThatNobodyUsesAreTakenAway() throws IOException {
    var id = server.create("{}", "sleep");
    assertThat(server.post("/images/prune?filters={\"dangling\":[\"false\"]}", ""))
        .contains("\"ImagesDeleted\":null");
    server.ask("DELETE", "/containers/" + id, "");
    assertThat(server.post("/images/prune", "")).contains("\"ImagesDeleted\":null");
    assertThat(server.post("/images/prune?filters={\"dangling\":[\"false\"]}", ""))
        .contains("{\"Untagged\":\"demo:latest\"}", "{\"Deleted\":\"sha256:");
  }

  @Test
  void whatThereIsNoneOfIsPrunedToo() throws IOException {
    assertThat(server.post("/networks/prune", "")).contains("{\"NetworksDeleted\":null}");
    assertThat(server.post("/volumes/prune", "")).contains("\"SpaceReclaimed\":0");
    assertThat(server.post("/build/prune", "")).contains("\"CachesDeleted\":null");
    assertThat(server.get("/containers/json?filters={\"status\":[\"odd\"]}"))
        .startsWith("HTTP/1.1 400")
        .contains("Unrecognised filter value for status: odd");
  }

  @Test
  void theDisksUseIsTold() throws IOException {
    var id = server.create("{}", "sleep");
    Files.write(server.containers.get(id).files().scratch(), new byte[10_000]);
    assertThat(server.get("/system/df"))
        .contains("\"LayersSize\":0", "\"SharedSize\":0", "\"Volumes\":[]", "\"BuildCache\":[]")
        .containsPattern("\"SizeRw\":1\\d{4},\"SizeRootFs\":1\\d{4}");
    assertThat(server.get("/system/df?type=image")).doesNotContain("Containers\":[");
    assertThat(server.get("/containers/json?all=1&size=1")).contains("\"SizeRw\":1");
    assertThat(server.get("/containers/json?all=1")).doesNotContain("SizeRw");
    assertThat(server.get("/containers/" + id + "/json?size=1")).contains("\"SizeRootFs\":1");
  }

  @Test
  void theBootLogIsBoundedAndHarmless() throws IOException {
    var id = server.create("{}", "sleep");
    var machine = server.containers.get(id).files().machine();
    Files.write(
        machine.resolve("console.log"),
        "Linux \33[31mred\r\n\u202Eright\n".getBytes(StandardCharsets.UTF_8));
    Files.writeString(machine.resolve("console.log.tail"), "the end\n");
    assertThat(server.get("/kctl/v1/containers/" + id + "/boot-log"))
        .contains("Linux \\u001b[31mred\n\\u202eright\nthe end\n");
  }

  @Test
  void imagesThatComeAndGoAreTold() throws IOException {
    server.post("/images/create?fromImage=demo&tag=latest", "");
    server.ask("DELETE", "/images/demo", "");
    assertThat(
            server.get(
                "/events?since=1&filters={\"type\":[\"image\"]}&until="
                    + (System.currentTimeMillis() / 1000 + 1)))
        .contains("\"Action\":\"pull\"", "\"Action\":\"untag\"", "\"Action\":\"delete\"");
  }
}
