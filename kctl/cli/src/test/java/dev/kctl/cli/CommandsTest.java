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
    "stop --time 3 web, POST /v1.51/containers/web/stop?t=3",
    "restart --timeout=1 web, POST /v1.51/containers/web/restart?t=1",
    "start web, POST /v1.51/containers/web/start",
    "pause web, POST /v1.51/containers/web/pause",
    "unpause web, POST /v1.51/containers/web/unpause",
    "rename web db, POST /v1.51/containers/web/rename?name=db",
    "container rm -f web, DELETE /v1.51/containers/web?force=1",
    "container ls -a, GET /v1.51/containers/json?all=1",
    "container inspect x, GET /v1.51/containers/x/json",
    "inspect --size --type container x, GET /v1.51/containers/x/json?size=1",
    "ps -n 3, GET /v1.51/containers/json?limit=3",
    "ps -l, GET /v1.51/containers/json?limit=1",
    "ps --size, GET /v1.51/containers/json?size=1",
    "ps --all=false, GET /v1.51/containers/json",
    "ps -f label=a=b, GET /v1.51/containers/json?filters=%7B%22label%22:%7B%22a%3Db%22:true%7D%7D",
    "images a:1, GET /v1.51/images/json?filters=%7B%22reference%22:%7B%22a:1%22:true%7D%7D",
    "top web -o pid, GET /v1.51/containers/web/top?ps_args=-o%20pid",
    "diff web, GET /v1.51/containers/web/changes",
    "export web, GET /v1.51/containers/web/export",
    "logs --tail 5 -t web, GET /kctl/v1/containers/web/logs?stdout=1&stderr=1&timestamps=1&tail=5",
    "logs --since 12.5 web, GET /kctl/v1/containers/web/logs?stdout=1&stderr=1&since=12.5&tail=all",
    "logs --boot web, GET /kctl/v1/containers/web/boot-log",
    "system df, GET /v1.51/system/df",
    "system info, GET /v1.51/info",
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
    "image prune -f, POST /v1.51/images/prune?filters=%7B%22dangling%22:%7B%22true%22:true%7D%7D",
    "container prune -f, POST /v1.51/containers/prune",
    "image inspect a/b:1, GET /v1.51/images/a/b:1/json",
    "inspect --type container x, GET /v1.51/containers/x/json",
    "network ls, GET /v1.51/networks",
    "network ls -f name=a, GET /v1.51/networks?filters=%7B%22name%22:%7B%22a%22:true%7D%7D",
    "network inspect a, GET /v1.51/networks/a",
    "network inspect -v a, GET /v1.51/networks/a",
    "inspect --type network a, GET /v1.51/networks/a",
    "network rm a, DELETE /v1.51/networks/a",
    "network prune -f, POST /v1.51/networks/prune",
    "port web, GET /v1.51/containers/web/json",
    "info, GET /v1.51/info",
    "pull alpine, POST /v1.51/images/create?fromImage=alpine&tag=latest",
    "pull --platform linux/arm64 h:1/a, POST"
        + " /v1.51/images/create?fromImage=h:1%2Fa&tag=latest&platform=linux%2Farm64",
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
    for (var group : CommandGroup.ALL) {
      for (var member : group.members().keySet()) {
        assertThat(cli.run(group.name(), member, "--help")).as(member).isZero();
      }
      assertThat(cli.run(group.name())).isZero();
    }
    assertThat(cli.run("help", "image", "rm")).isZero();
    assertThat(cli.engine.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "pss, 1, unknown command: pss; did you mean ps?",
    "image lss, 1, unknown command: image lss; did you mean ls?",
    "ps --al, 125, unknown flag: --al; did you mean --all?",
    "ps x, 1, one word too many: x",
    "rm, 1, kctl rm wants CONTAINER...",
    "rename web, 1, kctl rename wants CONTAINER NEW_NAME",
    "stop -t soon web, 125, invalid value soon for --timeout",
    "inspect --type net x, 1, unknown type: \"net\"",
    "port web x, 1, invalid port (x)",
    "network create, 1, kctl network create wants NETWORK",
    "network create --gateway 10.1.0.1 n, 1, every ip-range or gateway must have a corresponding",
    "network create --subnet 10.1.0.0/24 --gateway 10.2.0.1 n, 1, no matching subnet for gateway",
    "network create --subnet 10.1.0.0/24 --ip-range 10.2.0.0/24 n, 1, no matching subnet for range",
    "network create --subnet 10.1.0.0/16 --subnet 10.1.2.0/24 n, 1, multiple overlapping subnet",
    "network create --subnet fd00:1::/64 --gateway 10.1.0.1 n, 1, no matching subnet for gateway",
    "network create --subnet 10.1.0 n, 125, invalid value 10.1.0 for --subnet",
    "network create --ipv6=maybe n, 125, invalid value maybe for --ipv6",
    "network connect n, 1, kctl network connect wants NETWORK CONTAINER",
    "network connect --ip fd00::1 n web, 125, invalid IPv4 address: fd00::1",
    "network connect --driver-opt x n web, 125, invalid key/value pair format in driver options",
    "pull, 1, kctl pull wants IMAGE",
    "update web, 1, you must provide one or more flags",
    "logs --since soon x, 1, invalid value for \"since\": failed to parse value as time",
    "ps --filter x, 125, invalid argument \"x\" for --filter",
    "inspect -f {{.A x, 64, template parsing error: template: :1: unclosed action",
    "context what, 1, unknown command: context what",
    "start -a x y, 1, you cannot start and attach multiple containers at once"
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
