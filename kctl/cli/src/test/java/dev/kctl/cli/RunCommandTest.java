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
  private static final String STREAM = "POST /kctl/v1/containers/c1/stream";
  private static final String REMOVED = "POST /v1.51/containers/c1/wait";
  private static final String START = "POST /v1.51/containers/c1/start";

  private static final Duration SOON = Duration.ofMinutes(2);

  private final CountDownLatch started = new CountDownLatch(1);
  private volatile int code;
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
    cli.engine.on(REMOVED, 404, "{\"message\":\"No such container: c1\"}");
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
            "POST /kctl/v1/containers/c1/stream?stdin=0&stdout=1&stderr=1 HTTP/1.1",
            "POST /v1.51/containers/c1/start HTTP/1.1",
            "POST /v1.51/containers/c1/wait?condition=removed HTTP/1.1");
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
          exchange.numbered(1, 2, "out\n");
          exchange.numbered(2, 3, "err\n");
          exchange.numbered(1, 4, "more\n");
          code = 42;
        });
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
        .contains("POST /kctl/v1/containers/c1/stream?stdin=1&stdout=1&stderr=1 HTTP/1.1");
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
  void goesOnWhereItWasWhenTheEngineDies() {
    var connections = new int[1];
    cli.engine.on(
        STREAM,
        exchange -> {
          exchange.upgrade();
          if (connections[0]++ == 0) {
            exchange.numbered(3, 1, 0, new byte[0]);
            await(started);
            exchange.numbered(1, 2, "one\n");
            exchange.write("\1\0\0\0\0\0\0\u0005half a frame");
          } else {
            exchange.numbered(3, 1, 2, new byte[0]);
            exchange.numbered(1, 3, "two\n");
            exchange.exit(7);
          }
          throw new IOException("killed");
        });
    assertThat(cli.run("run", "img")).isEqualTo(7);
    assertThat(cli.out()).isEqualTo("one\ntwo\n");
    assertThat(cli.requests())
        .contains(
            "POST /kctl/v1/containers/c1/stream?stdin=0&stdout=1&stderr=1&run=1&after=2 HTTP/1.1");
    assertThat(cli.err()).isEmpty();
  }

  @Test
  void saysWhyWhereTheMachineEnded() {
    cli.engine.on(
        STREAM,
        exchange -> {
          exchange.upgrade();
          exchange.numbered(3, 0, "");
          await(started);
          exchange.numbered(6, 0, "the machine ended: its VMM was killed by signal 9");
          exchange.exit(137);
        });
    assertThat(cli.run("run", "img")).isEqualTo(137);
    assertThat(cli.err()).isEqualTo("kctl: the machine ended: its VMM was killed by signal 9\n");
  }

  @Test
  void saysSoWhenInputWasOnItsWayAsTheEngineDied() {
    cli.in =
        Channels.newChannel(new ByteArrayInputStream("typed".getBytes(StandardCharsets.UTF_8)));
    cli.engine.on(
        STREAM,
        exchange -> {
          exchange.upgrade();
          exchange.numbered(3, 1, 0, new byte[0]);
          await(started);
          exchange.readToEnd();
          throw new IOException("killed");
        });
    assertThat(cli.run("run", "-i", "img")).isEqualTo(125);
    assertThat(cli.err())
        .isEqualTo(
            "kctl: the engine ended while input was on its way: nobody knows how much of it"
                + " arrived\n");
  }

  @Test
  void saysSoWhenTheContainerWentWithTheEngine() {
    var connections = new int[1];
    cli.engine.on(
        STREAM,
        exchange -> {
          if (connections[0]++ > 0) {
            exchange.reply(404, "{\"message\":\"No such container: c1\"}");
            return;
          }
          exchange.upgrade();
          exchange.numbered(3, 1, 0, new byte[0]);
          await(started);
          throw new IOException("killed");
        });
    assertThat(cli.run("run", "img")).isEqualTo(125);
    assertThat(cli.err()).isEqualTo("kctl: No such container: c1\n");
  }

  @Test
  void printsTheIdOfOneInTheBackground() {
    assertThat(cli.run("run", "-d", "--restart", "on-failure:3", "img")).isZero();
    assertThat(cli.out()).isEqualTo("c1\n");
    assertThat(cli.requests()).hasSize(3);
    assertThat(cli.requests().get(1))
        .contains("\"AttachStdout\":false")
        .contains("\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":3}");
  }

  @Test
  void createsWithoutStarting() {
    assertThat(cli.run("create", "--name", "web", "img", "sh")).isZero();
    assertThat(cli.out()).isEqualTo("c1\n");
    assertThat(cli.requests()).hasSize(2);
    assertThat(cli.run("create", "--detach-keys", "a", "img")).isEqualTo(125);
  }

  @Test
  void sendsWhatBoundsAContainerAsDockerDoes() {
    var line =
        "run --memory-reservation 64m --memory-swap -1 -c 512 --cpu-period 1000 --cpu-quota 500"
            + " --cpuset-cpus 0-1 --cpuset-mems 0 --pids-limit 50 --ulimit nofile=10:20"
            + " --ulimit core=-1 --sysctl net.core.somaxconn=9 --shm-size 1m --oom-score-adj -5"
            + " --oom-kill-disable --cap-add NET_ADMIN --cap-drop ALL --privileged"
            + " --security-opt seccomp=unconfined --device /dev/kvm --group-add audio"
            + " --stop-signal INT --stop-timeout 3 --timeout 90s --log-driver json-file"
            + " --log-opt max-size=1m --domainname lan --health-cmd true --health-interval 1m30s"
            + " --health-retries 2 img";
    assertThat(cli.run(line.split(" ", -1))).isZero();
    assertThat(cli.requests().get(1))
        .contains(
            "\"Domainname\":\"lan\",\"StopSignal\":\"INT\",\"StopTimeout\":3",
            "\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"true\"],\"Interval\":90000000000,"
                + "\"Retries\":2}",
            "\"MemoryReservation\":67108864,\"MemorySwap\":-1,\"CpuShares\":512,"
                + "\"CpuPeriod\":1000,\"CpuQuota\":500,\"PidsLimit\":50,"
                + "\"CpusetCpus\":\"0-1\",\"CpusetMems\":\"0\",\"OomScoreAdj\":-5,"
                + "\"OomKillDisable\":true",
            "\"Ulimits\":[{\"Name\":\"nofile\",\"Hard\":20,\"Soft\":10},"
                + "{\"Name\":\"core\",\"Hard\":-1,\"Soft\":-1}]",
            "\"Devices\":[{\"PathOnHost\":\"/dev/kvm\",\"PathInContainer\":\"/dev/kvm\","
                + "\"CgroupPermissions\":\"rwm\"}]",
            "\"CapAdd\":[\"NET_ADMIN\"],\"CapDrop\":[\"ALL\"],\"Privileged\":true,"
                + "\"SecurityOpt\":[\"seccomp=unconfined\"]",
            "\"LogConfig\":{\"Type\":\"json-file\",\"Config\":{\"max-size\":\"1m\"}}",
            "\"GroupAdd\":[\"audio\"]",
            "\"Sysctls\":{\"net.core.somaxconn\":\"9\"},\"ShmSize\":1048576",
            "\"Annotations\":{\"dev.kctl.timeout\":\"90s\"}");
  }

  @Test
  void attachesWhatItIsToldTo() {
    assertThat(cli.run("run", "-i", "-a", "STDOUT", "img")).isZero();
    assertThat(cli.requests())
        .contains("POST /kctl/v1/containers/c1/stream?stdin=0&stdout=1&stderr=0 HTTP/1.1");
    assertThat(cli.requests().get(1))
        .contains("\"AttachStdin\":false,\"AttachStdout\":true,\"AttachStderr\":false")
        .contains("\"OpenStdin\":true,\"StdinOnce\":false");
  }

  @Test
  void endsWhenNobodyReadsItsOutput() {
    says(exchange -> exchange.numbered(1, 2, "y\n"));
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
    says(exchange -> exchange.numbered(1, 2, "raw bytes \u0001"));
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
        .startsWith("STEP      AT        TOOK\ncli  ")
        .endsWith(" ms\nboot      1.5 ms    300.0 ms\ntotal               301.5 ms\n");
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
    "-v, --volume is not there yet",
    "--link-local-ip=169.254.1.1, --link-local-ip is not there yet",
    "--volume=/a:/b, --volume is not there yet",
    "--restart=often, often",
    "--ulimit=x=1, x=1",
    "--ulimit=nofile=9:3, above the hard one",
    "--stop-timeout=soon, soon",
    "--health-interval=long, long",
    "--oom-score-adj=2000, -1000 to 1000",
    "--timeout=0, not above zero",
    "--attach=all, all",
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
        STREAM,
        exchange -> {
          exchange.upgrade();
          exchange.numbered(3, 1, 0, new byte[0]);
          await(started);
          output.handle(exchange);
          exchange.exit(code);
          throw new IOException("the stream is at its end");
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
