package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.SOON;
import static dev.kctl.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is listed and told of containers: {@code kctl} prints what Docker's client prints. */
class ListingIT extends WithEngine {
  ListingIT() {
    super("list");
  }

  /** One that runs and one that has ended. */
  @BeforeEach
  void make() {
    var ended = run(Client.KCTL, "run --name ended --label kind=short IMAGE sh -c 'exit 5'");
    assertThat(ended.exitCode()).isEqualTo(5);
    succeed(Client.KCTL, "run -d --name runs --label kind=long IMAGE sleep 1000");
  }

  @AfterEach
  void remove() {
    succeed(Client.KCTL, "rm -f ended runs");
  }

  @Test
  void listsAsDockerDoes() {
    for (var line :
        new String[] {
          "ps --quiet",
          "ps --all --quiet",
          "ps -aq --no-trunc",
          "ps -l -q",
          "ps --latest -q",
          "ps -n 1 -q",
          "ps --last 2 -q",
          "ps -a --filter status=exited --format {{.Names}}",
          "ps -a --filter exited=5 --format '{{.Names}} {{.Image}} {{.Label \"kind\"}}'",
          "ps --filter name=run --format '{{.ID}} {{.Command}} {{.Labels}}'",
          "ps --filter label=kind=long --format 'table {{.Names}}\\t{{.State}}'",
          "ps -a --filter ancestor=IMAGE --format {{.Names}}",
          "ps -a --filter before=runs --format {{.Names}}",
          "ps -a --filter since=ended --format {{.Names}}",
          "ps --filter nonsense=1",
          "ps -a --format {{.Nonsense}}",
          "inspect --format {{.State.Status}}/{{.State.ExitCode}}/{{.Name}} ended runs",
          "inspect --format '{{json .Config.Cmd}} {{range .Config.Env}}{{.}};{{end}}' runs",
          "inspect --format '{{index .Config.Labels \"kind\"}}' runs",
          "inspect --type container --format {{.Id}} runs",
          "inspect --type image --format {{.Config.WorkingDir}} IMAGE",
          "inspect nobody",
          "diff ended",
          "images --format {{.Repository}}:{{.Tag}}",
          "images -q --no-trunc",
        }) {
      same(line.replace("IMAGE", image));
    }
  }

  @Test
  void tellsSizes() {
    assertThat(succeed(Client.KCTL, "ps -a --size --filter name=ended")).contains("virtual");
    assertThat(succeed(Client.KCTL, "inspect --size -f {{.SizeRootFs}} ended")).matches("\\d+\n");
    assertThat(succeed(Client.DOCKER, "inspect --size -f {{.SizeRootFs}} ended")).matches("\\d+\n");
  }

  @Test
  void tellsWhatIsUsed() throws Exception {
    for (var client : Client.values()) {
      var line = succeed(client, "stats --no-stream --no-trunc --format json runs");
      var stats = new ObjectMapper().readTree(line);
      assertThat(stats.path("Name").asText()).as(line).isEqualTo("runs");
      assertThat(stats.path("MemUsage").asText()).contains("MiB / ");
      assertThat(succeed(client, "stats --all --no-stream")).contains("runs").contains("ended");
    }
    assertThat(succeed(Client.KCTL, "stats --no-stream runs")).contains("HOST");
  }

  @Test
  void tellsWhatTakesPlace() {
    for (var client : Client.values()) {
      var lines = succeed(client, "system df --format '{{.Type}} {{.TotalCount}} {{.Active}}'");
      assertThat(lines).contains("Images 1 1").contains("Containers 2 1");
      assertThat(succeed(client, "system df --verbose")).contains("ended").contains("runs");
    }
  }

  @Test
  void tellsWhatHappened() {
    for (var client : Client.values()) {
      var line =
          "events --since 1h --until 0s --filter container=ended"
              + " --format '{{.Type}} {{.Action}} {{.Actor.Attributes.name}}'";
      assertThat(succeed(client, line).lines())
          .as("%s", client)
          .containsSubsequence(
              "container create ended", "container start ended", "container die ended");
    }
  }

  @Test
  void tellsWhatHappensWhileItHappens() {
    for (var client : Client.values()) {
      try (var events = start(client, "events --filter event=rename --format {{.Action}}")) {
        eventually(
            SOON,
            () -> {
              succeed(client, "rename runs other");
              succeed(client, "rename other runs");
              assertThat(events.stdout()).contains("rename\n");
            });
      }
    }
  }

  @Test
  void pointsDockersClientsAtTheSocket() {
    assertThat(succeed(Client.KCTL, "context")).contains("unix://" + kctl.socket());
  }
}
