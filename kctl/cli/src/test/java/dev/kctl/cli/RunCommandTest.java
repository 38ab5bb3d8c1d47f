package dev.kctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The run of a container from the client's side, request by request. */
class RunCommandTest {
  private static final String CREATE = "POST /v1.51/containers/create";
  private static final String ATTACH = "POST /v1.51/containers/c1/attach";
  private static final String WAIT = "POST /v1.51/containers/c1/wait";
  private static final String START = "POST /v1.51/containers/c1/start";

  private static final Duration SOON = Duration.ofSeconds(10);

  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private CliFixture cli;

  @BeforeEach
  void makeEngine() throws IOException {
    cli = CliFixture.create();
    cli.engine.on(CREATE, 201, "{\"Id\":\"c1\",\"Warnings\":[]}");
    cli.engine.on(
        START,
        exchange -> {
          exchange.reply(204, "");
          started.countDown();
        });
    says(exchange -> {});
    returns("{\"StatusCode\":0}");
  }

  @AfterEach
  void end() throws IOException {
    cli.close();
  }

  @Test
  void asksInDockersOrder() {
    assertThat(cli.run("run", "--rm", "img", "sh", "-c", "true")).isZero();
    assertThat(cli.requests())
        .containsExactly(
            "POST /v1.51/containers/create HTTP/1.1",
            "{\"Image\":\"img\",\"Cmd\":[\"sh\",\"-c\",\"true\"],\"Env\":[],\"Labels\":{},"
                + "\"AttachStdin\":false,\"AttachStdout\":true,\"AttachStderr\":true,"
                + "\"Tty\":false,\"OpenStdin\":false,\"StdinOnce\":false,"
                + "\"HostConfig\":{\"AutoRemove\":true}}",
            "POST /v1.51/containers/c1/attach?stream=1&stdout=1&stderr=1 HTTP/1.1",
            "POST /v1.51/containers/c1/wait?condition=removed HTTP/1.1",
            "POST /v1.51/containers/c1/start HTTP/1.1");
    assertThat(cli.err()).isEmpty();
  }

  @Test
  void sendsEveryFlagAsDockerDoes() {
    cli.environment.put("FROM_CALLER", "taken");
    cli.run(
        "run",
        "--name",
        "web",
        "--platform",
        "linux/arm64",
        "-e",
        "A=b",
        "-e",
        "FROM_CALLER",
        "-w",
        "/work",
        "-u",
        "1:2",
        "--entrypoint",
        "/bin/x",
        "-h",
        "box",
        "-m",
        "128m",
        "--cpus",
        "1.5",
        "-l",
        "k=v",
        "--label",
        "bare",
        "--read-only",
        "--init",
        "--vmm",
        "qemu",
        "--annotation",
        "dev.kctl.x=y",
        "img");
    assertThat(cli.requests())
        .startsWith(
            "POST /v1.51/containers/create?name=web&platform=linux%2Farm64 HTTP/1.1",
            "{\"Image\":\"img\",\"Entrypoint\":[\"/bin/x\"],\"Hostname\":\"box\",\"User\":\"1:2\","
                + "\"WorkingDir\":\"/work\",\"Env\":[\"A=b\",\"FROM_CALLER=taken\"],"
                + "\"Labels\":{\"k\":\"v\",\"bare\":\"\"},\"AttachStdin\":false,"
                + "\"AttachStdout\":true,\"AttachStderr\":true,\"Tty\":false,"
                + "\"OpenStdin\":false,\"StdinOnce\":false,\"HostConfig\":{\"AutoRemove\":false,"
                + "\"Memory\":134217728,\"NanoCpus\":1500000000,\"ReadonlyRootfs\":true,"
                + "\"Init\":true,\"Runtime\":\"qemu\",\"Annotations\":{\"dev.kctl.x\":\"y\"}}}");
  }

  @Test
  void keepsTheStreamsApartAndReturnsTheContainersCode() {
    says(
        exchange -> {
          exchange.frame(1, "out\n");
          exchange.frame(2, "err\n");
          exchange.frame(1, "more\n");
        });
    returns("{\"StatusCode\":42}");
    assertThat(cli.run("run", "img")).isEqualTo(42);
    assertThat(cli.out()).isEqualTo("out\nmore\n");
    assertThat(cli.err()).isEqualTo("err\n");
  }

  @Test
  void leavesTheWordsAfterTheImageAlone() {
    cli.run("run", "img", "cmd", "--rm", "-x", "--name=y", "--rm=false");
    assertThat(cli.requests().get(1))
        .contains("\"Cmd\":[\"cmd\",\"--rm\",\"-x\",\"--name=y\",\"--rm=false\"]")
        .contains("\"AutoRemove\":false");
  }

  @Test
  void understandsBooleansWithValuesAndClusters() {
    cli.run("run", "--rm=true", "--tty=false", "-ie", "A=b", "--read-only=0", "img");
    assertThat(cli.requests().get(1))
        .contains("\"AutoRemove\":true", "\"Tty\":false", "\"OpenStdin\":true", "\"A=b\"")
        .doesNotContain("ReadonlyRootfs");
  }

  @Test
  void handsInputOnUntilItsEnd() {
    var received = new CompletableFuture<String>();
    cli.in =
        Channels.newChannel(new ByteArrayInputStream("typed".getBytes(StandardCharsets.UTF_8)));
    says(exchange -> received.complete(exchange.readToEnd()));
    assertThat(cli.run("run", "-i", "img")).isZero();
    assertThat(received).succeedsWithin(SOON).isEqualTo("typed");
    assertThat(cli.requests())
        .contains("POST /v1.51/containers/c1/attach?stream=1&stdout=1&stderr=1&stdin=1 HTTP/1.1");
  }

  @Test
  void pullsAnImageThatIsNotThereAndCreatesAgain() {
    var tries = new int[1];
    cli.engine.on(
        CREATE,
        exchange -> {
          var missing = tries[0]++ == 0;
          exchange.reply(
              missing ? 404 : 201,
              missing ? "{\"message\":\"No such image: img:1\"}" : "{\"Id\":\"c1\"}");
        });
    cli.engine.on(
        "POST /v1.51/images/create",
        200,
        "{\"status\":\"Pulling from library/img\",\"id\":\"1\"}\n{\"status\":\"Digest: x\"}\n");
    assertThat(cli.run("run", "img:1")).isZero();
    assertThat(cli.requests())
        .contains("POST /v1.51/images/create?fromImage=img&tag=1 HTTP/1.1")
        .filteredOn(line -> line.contains("/containers/create"))
        .hasSize(2);
    assertThat(cli.err())
        .isEqualTo(
            "Unable to find image 'img:1' locally\n1: Pulling from library/img\nDigest: x\n");
    assertThat(cli.out()).isEmpty();
  }

  @Test
  void neverPullsWhenToldSo() {
    cli.engine.on(CREATE, 404, "{\"message\":\"No such image: img\"}");
    assertThat(cli.run("run", "--pull", "never", "img")).isEqualTo(125);
    assertThat(cli.err()).isEqualTo("kctl: No such image: img\n");
  }

  @Test
  void pullsFirstWhenToldSo() {
    cli.engine.on("POST /v1.51/images/create", 200, "{\"status\":\"Status: fine\"}");
    assertThat(cli.run("run", "--pull", "always", "-q", "localhost:5000/a/b@sha256:12")).isZero();
    assertThat(cli.requests().getFirst())
        .isEqualTo(
            "POST /v1.51/images/create?fromImage=localhost:5000%2Fa%2Fb&tag=sha256:12 HTTP/1.1");
    assertThat(cli.err()).isEmpty();
  }

  @Test
  void failsWhenThePullFails() {
    cli.engine.on(CREATE, 404, "{\"message\":\"No such image: img\"}");
    cli.engine.on(
        "POST /v1.51/images/create",
        200,
        "{\"status\":\"Pulling\"}\n{\"errorDetail\":{\"message\":\"img: digest mismatch\"}}");
    assertThat(cli.run("run", "--quiet", "img")).isEqualTo(125);
    assertThat(cli.err()).endsWith("kctl: img: digest mismatch\n");
  }

  @ParameterizedTest
  @CsvSource({
    "exec: \"x\": executable file not found in $PATH, 127",
    "exec /x: no such file or directory, 127",
    "exec /x: permission denied, 126",
    "exec /x: is a directory, 126",
    "no space left on device, 125"
  })
  void tellsFromTheWordsOfAFailedStartWhatToReturn(String message, int code) {
    var json = new JsonWriter().beginObject().field("message", message).endObject().toString();
    cli.engine.on(START, 400, json);
    assertThat(cli.run("run", "--rm", "img", "x")).isEqualTo(code);
    assertThat(cli.err()).isEqualTo("kctl: " + message + "\n");
  }

  @Test
  void showsWarnings() {
    cli.engine.on(CREATE, 201, "{\"Id\":\"c1\",\"Warnings\":[\"swap is ignored\"]}");
    cli.run("run", "img");
    assertThat(cli.err()).isEqualTo("WARNING: swap is ignored\n");
  }

  @Test
  void failsWhenTheWaitCarriesAnError() {
    returns("{\"StatusCode\":0,\"Error\":{\"Message\":\"the machine died\"}}");
    assertThat(cli.run("run", "img")).isEqualTo(125);
    assertThat(cli.err()).isEqualTo("kctl: the machine died\n");
  }

  @Test
  void saysSoWhenTheEngineGoesAway() {
    cli.engine.on(
        WAIT,
        exchange -> {
          exchange.startChunks();
          await(started);
          throw new IOException("killed");
        });
    assertThat(cli.run("run", "img")).isEqualTo(125);
    assertThat(cli.err()).startsWith("kctl: the engine on ").contains("went away");
  }

  @Test
  void endsWhenNobodyReadsItsOutput() {
    says(exchange -> exchange.frame(1, "y\n"));
    var broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    assertThat(cli.runWritingTo(broken, "run", "img")).isEqualTo(1);
    assertThat(cli.err()).isEqualTo("kctl: write /dev/stdout: broken pipe\n");
  }

  @Test
  void refusesATerminalWhereInputIsNone() {
    assertThat(cli.run("run", "-it", "img")).isEqualTo(1);
    assertThat(cli.err()).contains("the input device is not a TTY");
    assertThat(cli.requests()).isEmpty();
  }

  @Test
  void givesTheTerminalBackAndTellsItsSize() {
    cli.tty.terminals.add(Tty.STDIN);
    cli.tty.terminals.add(Tty.STDOUT);
    cli.engine.on("POST /v1.51/containers/c1/resize", 200, "");
    says(exchange -> exchange.write("raw bytes \u0001"));
    assertThat(cli.run("run", "-it", "img")).isZero();
    assertThat(cli.out()).isEqualTo("raw bytes \u0001");
    assertThat(cli.tty.wasRaw).isTrue();
    assertThat(cli.tty.raw).isFalse();
    assertThat(cli.requests())
        .contains("POST /v1.51/containers/c1/resize?h=30&w=100 HTTP/1.1")
        .anyMatch(
            line -> line.contains("\"Tty\":true") && line.contains("\"ConsoleSize\":[30,100]"));
  }

  @Test
  void leavesTheContainerRunningOnTheDetachKeys() {
    cli.tty.terminals.add(Tty.STDIN);
    var received = new CompletableFuture<String>();
    cli.in =
        Channels.newChannel(
            new ByteArrayInputStream("ab\u0010c\u0010\u0011".getBytes(StandardCharsets.UTF_8)));
    says(exchange -> received.complete(exchange.readToEnd()));
    assertThat(cli.run("run", "-it", "img")).isZero();
    assertThat(received).succeedsWithin(SOON).isEqualTo("ab\u0010c");
    assertThat(cli.tty.raw).isFalse();
  }

  @Test
  void printsTheTraceOfTheStart() {
    cli.engine.on(
        "GET /kctl/v1/containers/c1/trace",
        200,
        "{\"Steps\":[{\"Name\":\"boot\",\"BeginMicros\":1500,\"Micros\":300000}]}");
    cli.run("run", "--trace-start", "img");
    assertThat(cli.err())
        .isEqualTo(
            "STEP      AT        TOOK\nboot      1.5 ms    300.0 ms\ntotal               301.5 ms\n");
  }

  @Test
  void writesTheIdToANewFileOnly() throws IOException {
    var file = cli.directory().resolve("cid");
    assertThat(cli.run("run", "--cidfile", file.toString(), "img")).isZero();
    assertThat(file).hasContent("c1");
    assertThat(cli.run("run", "--cidfile", file.toString(), "img")).isEqualTo(125);
    assertThat(cli.err()).contains(file.toString());
    assertThat(Files.readString(file)).isEqualTo("c1");
  }

  @ParameterizedTest
  @CsvSource({
    "-p, --publish is not there yet",
    "--publish=80:80, --publish is not there yet",
    "-itd, --detach is not there yet",
    "--ipc=host, --ipc means nothing here",
    "--interactiv, did you mean --interactive?",
    "--cpus=zero, zero",
    "--pull=often, often",
    "-m=lots, lots"
  })
  void refusesWhatItDoesNotHonour(String flag, String said) {
    assertThat(cli.run("run", flag, "img")).isEqualTo(125);
    assertThat(cli.err()).startsWith("kctl: ").contains(said).hasLineCount(1);
    assertThat(cli.requests()).isEmpty();
  }

  private void says(FakeEngine.Handler output) {
    cli.engine.on(
        ATTACH,
        exchange -> {
          exchange.upgrade();
          await(started);
          output.handle(exchange);
          ended.countDown();
          throw new IOException("the stream is at its end");
        });
  }

  private void returns(String result) {
    cli.engine.on(
        WAIT,
        exchange -> {
          exchange.startChunks();
          await(ended);
          exchange.chunk(result);
          exchange.endChunks();
        });
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
