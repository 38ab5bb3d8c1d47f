package dev.kctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command but run: what it asks for, prints and returns. */
class CommandsTest {
  private CliFixture cli;

  @BeforeEach
  void makeEngine() throws IOException {
    cli = CliFixture.create();
  }

  @AfterEach
  void end() throws IOException {
    cli.close();
  }

  @ParameterizedTest
  @CsvSource({
    "stop web, POST /v1.51/containers/web/stop",
    "stop -t 3 -s INT web, POST /v1.51/containers/web/stop?t=3&signal=INT",
    "kill web, POST /v1.51/containers/web/kill",
    "kill --signal HUP web, POST /v1.51/containers/web/kill?signal=HUP",
    "rm web, DELETE /v1.51/containers/web",
    "rm -fv web, DELETE /v1.51/containers/web?force=1&v=1",
    "wait web, POST /v1.51/containers/web/wait",
    "ps, GET /v1.51/containers/json",
    "ps -a, GET /v1.51/containers/json?all=1",
    "images, GET /v1.51/images/json",
    "image ls, GET /v1.51/images/json",
    "rmi localhost:5000/a/b:1, DELETE /v1.51/images/localhost:5000/a/b:1",
    "rmi -f x, DELETE /v1.51/images/x?force=1",
    "image rm x, DELETE /v1.51/images/x",
    "image inspect a/b:1, GET /v1.51/images/a/b:1/json",
    "inspect --type container x, GET /v1.51/containers/x/json",
    "info, GET /v1.51/info",
    "pull alpine, POST /v1.51/images/create?fromImage=alpine&tag=latest",
    "pull --platform linux/arm64 h:1/a, POST /v1.51/images/create?fromImage=h:1%2Fa&tag=latest&platform=linux%2Farm64",
    "image pull a:2, POST /v1.51/images/create?fromImage=a&tag=2"
  })
  void asksTheEngine(String line, String request) {
    cli.run(line.split(" ", -1));
    assertThat(cli.requests()).containsExactly(request + " HTTP/1.1");
  }

  @Test
  void printsTheNamesOfWhatWasDone() {
    cli.engine.on("POST /v1.51/containers/a/stop", 204, "");
    cli.engine.on("POST /v1.51/containers/b/stop", 304, "");
    assertThat(cli.run("stop", "a", "b")).isZero();
    assertThat(cli.out()).isEqualTo("a\nb\n");
  }

  @Test
  void goesOnAfterOneThatFails() {
    cli.engine.on("DELETE /v1.51/containers/a", 404, "{\"message\":\"No such container: a\"}");
    cli.engine.on("DELETE /v1.51/containers/b", 204, "");
    assertThat(cli.run("rm", "a", "b")).isEqualTo(1);
    assertThat(cli.out()).isEqualTo("b\n");
    assertThat(cli.err()).isEqualTo("kctl: No such container: a\n");
  }

  @Test
  void printsTheCodesThatWaitBrings() {
    cli.engine.on("POST /v1.51/containers/a/wait", 200, "{\"StatusCode\":3}");
    assertThat(cli.run("wait", "a")).isZero();
    assertThat(cli.out()).isEqualTo("3\n");
  }

  @Test
  void killsByName() {
    cli.engine.on("POST /v1.51/containers/a/kill", 409, "{\"message\":\"a is not running\"}");
    assertThat(cli.run("kill", "a")).isEqualTo(1);
    assertThat(cli.err()).isEqualTo("kctl: a is not running\n");
  }

  @Test
  void listsContainers() {
    cli.engine.on(
        "GET /v1.51/containers/json",
        200,
        "[{\"Id\":\"0123456789abcdef\",\"Image\":\"img\",\"Command\":\"sh\",\"Created\":1,"
            + "\"Status\":\"Up 2 hours\",\"Names\":[\"/web\"],\"Ports\":[],\"Labels\":null}]");
    assertThat(cli.run("ps")).isZero();
    assertThat(cli.out())
        .contains("0123456789ab   img       \"sh\"")
        .contains("Up 2 hours", "web\n");
  }

  @Test
  void listsImages() {
    cli.engine.on(
        "GET /v1.51/images/json",
        200,
        "[{\"Id\":\"sha256:0123456789abcdef\",\"RepoTags\":[\"a:1\"],\"Created\":1,\"Size\":2000}]");
    assertThat(cli.run("images", "-q")).isZero();
    assertThat(cli.out()).isEqualTo("0123456789ab\n");
  }

  @Test
  void saysWhatARemovalRemoved() {
    cli.engine.on(
        "DELETE /v1.51/images/a:1", 200, "[{\"Untagged\":\"a:1\"},{\"Deleted\":\"sha256:12\"}]");
    assertThat(cli.run("rmi", "a:1")).isZero();
    assertThat(cli.out()).isEqualTo("Untagged: a:1\nDeleted: sha256:12\n");
  }

  @Test
  void inspectsContainersBeforeImages() {
    cli.engine.on("GET /v1.51/containers/x/json", 404, "{\"message\":\"No such container: x\"}");
    cli.engine.on("GET /v1.51/images/x/json", 200, "{\"Id\":\"i\"}");
    assertThat(cli.run("inspect", "x")).isZero();
    assertThat(cli.out()).isEqualTo("[\n    {\n        \"Id\": \"i\"\n    }\n]\n");
  }

  @Test
  void saysWhatInspectDidNotFindAndPrintsTheRest() {
    cli.engine.on("GET /v1.51/images/x/json", 404, "{\"message\":\"No such image: x\"}");
    assertThat(cli.run("image", "inspect", "x")).isEqualTo(1);
    assertThat(cli.out()).isEqualTo("[]\n");
    assertThat(cli.err()).isEqualTo("kctl: No such image: x\n");
  }

  @Test
  void printsProgressInPlainLines() {
    cli.engine.on(
        "POST /v1.51/images/create",
        200,
        """
        {"status":"Pulling from library/a","id":"1"}
        {"status":"Downloading","id":"l1","progressDetail":{"current":1,"total":2}}
        {"status":"Pull complete","id":"l1","progressDetail":{}}
        {"status":"Status: Downloaded newer image for a:1"}
        """);
    assertThat(cli.run("pull", "a:1")).isZero();
    assertThat(cli.out())
        .isEqualTo(
            """
            1: Pulling from library/a
            l1: Pull complete
            Status: Downloaded newer image for a:1
            """);
  }

  @Test
  void printsOnlyTheNameOfAQuietPull() {
    cli.engine.on("POST /v1.51/images/create", 200, "{\"status\":\"Status: x\"}");
    assertThat(cli.run("pull", "-q", "a:1")).isZero();
    assertThat(cli.out()).isEqualTo("a:1\n");
  }

  @Test
  void failsWithAPull() {
    cli.engine.on("POST /v1.51/images/create", 404, "{\"message\":\"a: not in the registry\"}");
    assertThat(cli.run("pull", "a")).isEqualTo(1);
    assertThat(cli.err()).isEqualTo("kctl: a: not in the registry\n");
  }

  @Test
  void tellsWhatTheEngineIs() {
    cli.engine.on(
        "GET /v1.51/info", 200, "{\"ServerVersion\":\"0.1.0\",\"Containers\":3,\"NCPU\":2}");
    assertThat(cli.run("info")).isZero();
    assertThat(cli.out()).contains("Version:     0.1.0").contains("Containers:  3, running 0");
    assertThat(cli.run("info", "--json")).isZero();
    assertThat(cli.out()).contains("\"NCPU\": 2");
  }

  @Test
  void printsItsVersion() {
    assertThat(cli.run("version")).isZero();
    assertThat(cli.run("--version")).isZero();
    assertThat(cli.out()).startsWith("Version:  0.1.0").endsWith("kctl 0.1.0\n");
    assertThat(cli.engine.requests()).isEmpty();
  }

  @Test
  void helpsWithEveryCommand() {
    assertThat(cli.run("help")).isZero();
    for (var entry : Commands.ALL) {
      assertThat(cli.out()).contains("  " + entry.name() + " ");
      assertThat(cli.run(entry.name(), "--help")).isZero();
      assertThat(cli.out()).contains("Usage: " + entry.name());
      assertThat(cli.run("help", entry.name())).isZero();
    }
    assertThat(cli.run("help", "image", "rm")).isZero();
    assertThat(cli.engine.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "pss, 1, unknown command: pss; did you mean ps?",
    "image lss, 1, unknown command: image lss; did you mean ls?",
    "ps --al, 125, unknown flag: --al; did you mean --all?",
    "ps x, 125, one word too many: x",
    "rm, 125, missing required parameter",
    "stop -t soon web, 125, invalid value soon for --time",
    "inspect --type net x, 125, invalid value net for --type",
    "pull, 125, missing required parameter"
  })
  void refusesWhatMakesNoSense(String line, int code, String said) {
    assertThat(cli.run(line.split(" ", -1))).isEqualTo(code);
    assertThat(cli.err()).startsWith("kctl: " + said).hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--rot x ps", "--root", "--debug=1 ps"})
  void refusesGlobalFlagsThatMakeNoSense(String line) {
    assertThatThrownBy(() -> cli.run(line.split(" ", -1))).isInstanceOf(UsageError.class);
  }

  @Test
  void showsNoControlCharactersOfOthers() {
    cli.engine.on("GET /v1.51/info", 500, "{\"message\":\"bad \\u001b[31mred\\nline\"}");
    assertThat(cli.run("info")).isEqualTo(1);
    assertThat(cli.err()).isEqualTo("kctl: bad  [31mred line\n");
  }

  @Test
  void showsCausesWhenAskedTo() throws IOException {
    cli.engine.close();
    assertThat(cli.run("--debug", "info")).isEqualTo(1);
    assertThat(cli.err()).startsWith("kctl: ");
  }
}
