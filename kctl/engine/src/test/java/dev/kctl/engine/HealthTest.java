package dev.kctl.engine;

import static dev.kctl.engine.RestartTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HealthTest {
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
  void aContainerThatDoesWellIsHealthyForTheNextEngineToo() throws IOException {
    var id = started("['CMD','echo','fine']", ",'Interval':5000000");
    eventually(() -> health(id).status() == Health.Status.HEALTHY);
    assertThat(server.get("/containers/json")).contains("(healthy)");
    assertThat(server.get("/containers/json?filters={\"health\":[\"healthy\"]}")).contains(id);
    assertThat(server.get("/containers/" + id + "/json"))
        .contains("\"Health\":{\"Status\":\"healthy\",\"FailingStreak\":0", "fine");
    server.die();

    server = new TestServer(root, server.guests, "boot");
    assertThat(health(id).status()).isEqualTo(Health.Status.HEALTHY);
    var seen = health(id).log().getLast();
    eventually(() -> !health(id).log().contains(seen));
    assertThat(health(id).log()).hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void failuresInARowMakeItUnhealthyAndTellSoOnce() throws IOException {
    var id = started("['CMD','exit','1']", ",'Interval':5000000,'Retries':2");
    eventually(() -> health(id).failures() > 3);
    assertThat(server.get("/containers/json")).contains("(unhealthy)");
    var events = server.get("/events?since=1&until=" + (System.currentTimeMillis() / 1000 + 1));
    assertThat(events).containsOnlyOnce("\"Action\":\"health_status: unhealthy\"");
  }

  @Test
  void aCheckThatTakesTooLongFails() throws IOException {
    var id = started("['CMD','sleep']", ",'Interval':5000000,'Timeout':20000000,'Retries':1");
    eventually(() -> health(id).status() == Health.Status.UNHEALTHY);
    assertThat(health(id).log().getFirst().output()).contains("exceeded timeout");
    assertThat(health(id).log().getFirst().exitCode()).isEqualTo(-1);
  }

  @Test
  void failuresOfTheStartPeriodAreForgivenUntilTheFirstSuccess() throws IOException {
    var check = HealthCheck.of(json("{'Healthcheck':{'Test':['CMD','x'],'Retries':1}}")).get();
    var bad = new Health.Probe(Instant.EPOCH, Instant.EPOCH, 1, "");
    var good = new Health.Probe(Instant.EPOCH, Instant.EPOCH, 0, "");
    var starting = Health.STARTING.after(bad, check, true);
    assertThat(starting.status()).isEqualTo(Health.Status.STARTING);
    assertThat(starting.failures()).isZero();
    assertThat(starting.after(good, check, true).after(bad, check, true).status())
        .isEqualTo(Health.Status.UNHEALTHY);
    assertThat(starting.after(bad, check, false).status()).isEqualTo(Health.Status.UNHEALTHY);
  }

  @Test
  void theImageCompletesWhatTheRequestLeavesOpen() throws IOException {
    var image = json("{'Test':['CMD-SHELL','true'],'Interval':1000000000,'Retries':7}");
    var merged = HealthCheck.merged(json("{'Interval':2000000000}"), image).get();
    var check = HealthCheck.of(Json.object().set("Healthcheck", merged)).get();
    assertThat(check.command()).containsExactly("/bin/sh", "-c", "true");
    assertThat(check.interval()).hasSeconds(2);
    assertThat(check.retries()).isEqualTo(7);
    assertThat(HealthCheck.merged(Json.object().path("no"), image)).contains(image);
    var none = HealthCheck.merged(json("{'Test':['NONE']}"), image).get();
    assertThat(HealthCheck.of(Json.object().set("Healthcheck", none))).isEmpty();
  }

  @Test
  void checksThatMakeNoSenseAreRefused() throws IOException {
    for (var wrong : List.of("{'Interval':1}", "{'Retries':-1}", "{'Test':['SOMETIMES']}")) {
      var request = json(wrong);
      assertThatThrownBy(() -> HealthCheck.merged(request, Json.object()))
          .isInstanceOf(EngineException.InvalidParameter.class);
    }
  }

  private Health health(String id) {
    return server.containers.get(id).health();
  }

  private String started(String test, String rest) throws IOException {
    var body = "{'Image':'demo','Cmd':['sleep'],'Healthcheck':{'Test':" + test + rest + "}}";
    var answer = server.post("/containers/create", body.replace('\'', '"'));
    var start = answer.indexOf("\"Id\":\"") + 6;
    var id = answer.substring(start, start + 64);
    assertThat(server.post("/containers/" + id + "/start", "")).startsWith("HTTP/1.1 204");
    return id;
  }

  private static ObjectNode json(String text) throws IOException {
    return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
