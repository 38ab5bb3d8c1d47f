package dev.kctl.engine;

import static dev.kctl.engine.RestartTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class EventsTest {
  private static final Pattern ACTION = Pattern.compile("\"Action\":\"([^\"]*)\"");

  @TempDir Path root;

  @Test
  void aLifeIsToldInDockersOrder() throws IOException {
    try (var server = new TestServer(root)) {
      var id = server.create("{}", "sleep");
      server.post("/containers/" + id + "/start", "");
      server.post("/containers/" + id + "/pause", "");
      server.post("/containers/" + id + "/unpause", "");
      server.post("/containers/" + id + "/rename?name=web", "");
      server.post("/containers/" + id + "/stop?t=1", "");
      server.ask("DELETE", "/containers/" + id, "");

      var answer = server.get("/events?since=1&until=" + now());
      assertThat(actions(answer))
          .containsExactly(
              "create", "start", "pause", "unpause", "rename", "kill", "die", "stop", "destroy");
      assertThat(answer)
          .contains(
              "\"Type\":\"container\"",
              "\"exitCode\":\"143\"",
              "\"signal\":\"15\"",
              "\"image\":\"demo\"",
              "\"name\":\"web\"",
              "\"scope\":\"local\"",
              "\"from\":\"demo\"");
    }
  }

  @Test
  void whoListensHearsAtOnceAndIsForgottenWhenGone() throws IOException {
    try (var server = new TestServer(root)) {
      try (var client = server.connect()) {
        TestServer.send(client, "GET", "/events?filters={\"event\":[\"create\"]}", "", "");
        assertThat(TestServer.readHead(client)).startsWith("HTTP/1.1 200");
        var id = server.create("{}", "sleep");
        var text = new StringBuilder();
        var buffer = ByteBuffer.allocate(4096);
        while (text.indexOf("timeNano") < 0) {
          client.read(buffer.clear());
          text.append(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8));
        }
        assertThat(text).contains("\"id\":\"" + id);
        assertThat(server.events.listeners()).isEqualTo(1);
      }
      eventually(() -> server.events.listeners() == 0);
    }
  }

  @Test
  void theNextEngineKnowsWhatWasToldBefore() throws IOException {
    try (var server = new TestServer(root)) {
      server.create("{}", "sleep");
    }
    Files.writeString(root.resolve("events"), "{\"torn", StandardOpenOption.APPEND);
    try (var server = new TestServer(root)) {
      server.create("{}", "sleep");
      assertThat(actions(server.get("/events?since=1&until=" + now())))
          .containsExactly("create", "create");
    }
  }

  @Test
  void theFileStaysSmall() throws IOException {
    var events = new Events(new EventFile(root, 1000), InstantSource.system());
    for (var i = 0; i < 100; i++) {
      events.publish("container", "start", "c" + i, Map.of());
    }
    assertThat(Files.size(root.resolve("events"))).isLessThanOrEqualTo(1000);
    assertThat(Files.size(root.resolve("events.1"))).isLessThanOrEqualTo(1000);
    try (var subscription = events.subscribe()) {
      assertThat(subscription.past().getLast().id()).isEqualTo("c99");
      assertThat(subscription.past())
          .isSortedAccordingTo((a, b) -> Long.compare(a.timeNanos(), b.timeNanos()));
    }
  }

  @Test
  void whoDoesNotReadIsCutOff() throws IOException, InterruptedException {
    var events = new Events(new EventFile(root), InstantSource.system());
    try (var subscription = events.subscribe()) {
      for (var i = 0; i < 5000; i++) {
        events.publish("container", "start", "c", Map.of());
      }
      assertThat(subscription.listens()).isFalse();
      assertThat(subscription.next(Duration.ZERO)).isEmpty();
    }
  }

  @Test
  void filtersMatchAsDockersDo() {
    var event =
        new EngineEvent(
            1,
            "container",
            "health_status: healthy",
            "abcdef",
            Map.of("name", "web", "image", "demo:latest", "tier", "front"));
    for (var wanted :
        List.of(
            "{\"event\":[\"health_status\"]}",
            "{\"container\":[\"web\"]}",
            "{\"container\":[\"abc\"]}",
            "{\"image\":[\"demo\"]}",
            "{\"label\":[\"tier=front\"]}",
            "{\"type\":[\"image\",\"container\"]}",
            "{\"scope\":[\"local\"]}")) {
      assertThat(new EventFilter(Optional.of(wanted)).wants(event)).as(wanted).isTrue();
    }
    for (var other :
        List.of(
            "{\"event\":[\"health\"]}",
            "{\"container\":[\"other\"]}",
            "{\"image\":[\"dem\"]}",
            "{\"label\":[\"tier=back\"]}",
            "{\"type\":[\"image\"]}",
            "{\"network\":[\"bridge\"]}")) {
      assertThat(new EventFilter(Optional.of(other)).wants(event)).as(other).isFalse();
    }
  }

  private static List<String> actions(String answer) {
    var actions = new ArrayList<String>();
    var matcher = ACTION.matcher(answer);
    while (matcher.find()) {
      actions.add(matcher.group(1));
    }
    return actions;
  }

  private static long now() {
    return System.currentTimeMillis() / 1000 + 1;
  }
}
