package dev.kctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HotTierTest {
  private static final long NOW = 1_000_000;
  private static final String ID = "0123456789abcdef".repeat(4);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  @TempDir private Path temp;
  private Path root;
  private Process process;

  @BeforeEach
  void makeRoot() throws IOException {
    root = Files.createDirectory(temp.resolve("root"));
    process = new ProcessBuilder("sleep", "3600").start();
  }

  @AfterEach
  void endProcess() {
    process.destroyForcibly();
  }

  @Test
  void printsRunningContainersAsDockerDoes() throws IOException {
    writeIndex(bootId(), running(), exited());
    assertThat(answer("ps"))
        .isEqualTo(
            """
            CONTAINER ID   IMAGE     COMMAND                  CREATED          STATUS         PORTS     NAMES
            0123456789ab   img       "sh -c 'sleep 1000; …"   16 minutes ago   Up 3 minutes             web
            """);
  }

  @Test
  void printsEndedOnesWhenAskedFor() throws IOException {
    writeIndex(bootId(), running(), exited());
    assertThat(answer("ps", "-a")).contains("Up 3 minutes").contains("Exited (7) 2 hours ago");
    assertThat(answer("ps", "-aq")).isEqualTo("0123456789ab\nffffffffffff\n");
    assertThat(answer("ps", "--all", "--quiet", "--no-trunc"))
        .isEqualTo(ID + "\n" + "f".repeat(64) + "\n");
    assertThat(answer("ps", "--no-trunc")).contains("sh -c 'sleep 1000; echo end'");
  }

  @Test
  void leavesAnIndexOfAnotherBootToTheEngine() throws IOException {
    writeIndex("another-boot", running());
    assertThat(answer("ps")).isNull();
    assertThat(answer("inspect", "web")).isNull();
  }

  @Test
  void leavesARowWhoseMachineHasDiedToTheEngine() throws Exception {
    var row = running();
    process.destroyForcibly().waitFor();
    writeIndex(bootId(), row);
    assertThat(answer("ps")).isNull();
  }

  @Test
  void leavesARowWhosePidIsAnotherProcessNowToTheEngine() throws IOException {
    writeIndex(bootId(), row(ID, "web", "running", 1));
    assertThat(answer("ps")).isNull();
  }

  @Test
  void believesAnotherBootAboutWhatHasEnded() throws IOException {
    writeIndex("another-boot", exited());
    assertThat(answer("ps", "-a")).contains("Exited (7)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "kctl-index 1 a b\n", "kctl-index 2 a b\nx\ty\n", "kctl-index 2 a b"})
  void leavesAnIndexItCannotReadToTheEngine(String text) throws IOException {
    Files.writeString(root.resolve("index"), text);
    assertThat(answer("ps")).isNull();
  }

  @Test
  void asksTheEngineWhereAStoreHasNoIndex() {
    assertThat(answer("ps")).isNull();
    assertThat(answer("images")).isNull();
  }

  @Test
  void knowsThatThereIsNothingWhereNothingEverWas() throws IOException {
    Files.delete(root);
    assertThat(answer("ps")).startsWith("CONTAINER ID").hasLineCount(1);
    assertThat(answer("images", "-q")).isEmpty();
  }

  @Test
  void inspectsByNameAndPrefix() throws IOException {
    writeIndex(bootId(), running(), exited());
    var folder = Files.createDirectories(root.resolve("containers/" + ID));
    Files.writeString(folder.resolve("inspect.json"), "{\"Id\":\"x\",\"L\":[],\"N\":{\"a\":1}}");
    assertThat(answer("inspect", "web", "0123"))
        .isEqualTo(
            """
            [
                {
                    "Id": "x",
                    "L": [],
                    "N": {
                        "a": 1
                    }
                },
                {
                    "Id": "x",
                    "L": [],
                    "N": {
                        "a": 1
                    }
                }
            ]
            """);
    assertThat(answer("inspect", "nobody")).isNull();
  }

  @Test
  void printsImagesByTag() throws IOException {
    Files.createDirectory(root.resolve("images"));
    var id = "sha256:" + "ab".repeat(32);
    Files.writeString(
        root.resolve("images/index"),
        "kctl-index 2 boot build\n"
            + id
            + "\tlocalhost:5000/a:1,a:latest\t\t990000\t7830000\t\n"
            + "sha256:"
            + "cd".repeat(32)
            + "\t\t\t990000\t999\t\n");
    assertThat(answer("images"))
        .isEqualTo(
            """
            REPOSITORY         TAG       IMAGE ID       CREATED       SIZE
            localhost:5000/a   1         abababababab   3 hours ago   7.83MB
            a                  latest    abababababab   3 hours ago   7.83MB
            <none>             <none>    cdcdcdcdcdcd   3 hours ago   999B
            """);
    assertThat(answer("images", "-q")).isEqualTo("abababababab\ncdcdcdcdcdcd\n");
  }

  @Test
  void leavesAnotherEngineToTheFullTier() throws IOException {
    writeIndex(bootId(), exited());
    var settings = settings("/some/docker.sock");
    assertThat(tier(settings).answer(List.of("ps"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ps --help",
        "ps x",
        "ps -x",
        "ps --filter",
        "images name",
        "inspect",
        "inspect --type image x",
        "version x",
        "run img",
        "ps -",
        "ps --",
        "ps -qx"
      })
  void leavesWhatItDoesNotKnowToTheFullTier(String line) throws IOException {
    writeIndex(bootId(), exited());
    assertThat(answer(line.split(" ", -1))).isNull();
  }

  @Test
  void printsTheNewestWhenAskedFor() throws IOException {
    writeIndex(bootId(), running(), exited());
    assertThat(answer("ps", "-n", "2", "-q")).isEqualTo("0123456789ab\nffffffffffff\n");
    assertThat(answer("ps", "-ql")).isEqualTo("0123456789ab\n");
    assertThat(answer("ps", "--last=1", "--quiet")).isEqualTo("0123456789ab\n");
    assertThat(answer("ps", "-n", "x")).isNull();
    assertThat(answer("container", "ls", "-aq")).isEqualTo("0123456789ab\nffffffffffff\n");
  }

  @Test
  void printsLogsFromTheFiles() throws IOException {
    writeLog();
    assertThat(answer("logs", "done")).isEmpty();
    assertThat(out).hasToString("one\ntwo \"q\"\\\t\u0001ü\nlast");
    assertThat(err).hasToString("oops\n");
  }

  @Test
  void printsTheLastLinesWithTheirTimes() throws IOException {
    writeLog();
    assertThat(answer("logs", "-t", "--tail", "2", "done")).isEmpty();
    assertThat(out).hasToString("2026-01-02T03:04:05.120000000Z last");
    assertThat(err).hasToString("2026-01-02T03:04:05.000000000Z oops\n");
    assertThat(answer("logs", "--tail", "0", "done")).isEmpty();
    assertThat(out).hasToString("2026-01-02T03:04:05.120000000Z last");
  }

  @Test
  void leavesLogsItCannotReadToTheEngine() throws IOException {
    writeIndex(bootId(), exited());
    assertThat(answer("logs", "done")).isNull();
    var folder = Files.createDirectories(root.resolve("containers/" + "f".repeat(64) + "/log"));
    Files.writeString(folder.resolve("container.log"), "{\"other\":1}\n");
    assertThat(answer("logs", "done")).isNull();
    assertThat(answer("logs", "-f", "done")).isNull();
    assertThat(answer("logs", "nobody")).isNull();
    assertThat(out).hasToString("");
  }

  /** Two files, the newer one with a line that is still being written. */
  private void writeLog() throws IOException {
    writeIndex(bootId(), exited());
    var folder = Files.createDirectories(root.resolve("containers/" + "f".repeat(64) + "/log"));
    Files.writeString(
        folder.resolve("container.log.1"),
        record("one\\ntwo \\\"q\\\"\\\\\\t\\u0001ü\\n", "stdout", ""));
    Files.writeString(
        folder.resolve("container.log"),
        record("oops\\n", "stderr", "")
            + record("x", "stdout", ".12").replace("\"x\"", "\"x\",\"raw\":\"bGFzdA==\"")
            + "{\"log\":\"half");
  }

  private static String record(String text, String stream, String fraction) {
    return "{\"log\":\""
        + text
        + "\",\"stream\":\""
        + stream
        + "\",\"time\":\"2026-01-02T03:04:05"
        + fraction
        + "Z\",\"run\":1,\"seq\":2}\n";
  }

  private HotTier tier(Settings settings) {
    return new HotTier(settings, NOW, new Output("stdout", out), new Output("stderr", err));
  }

  private @Nullable String answer(String... words) {
    var answer = tier(settings(null)).answer(List.of(words));
    return answer == null ? null : answer.toString();
  }

  private Settings settings(@Nullable String host) {
    return new Settings(
        root.toString(), temp.toString(), false, host, null, null, List.of(), "", false);
  }

  private void writeIndex(String boot, String... rows) throws IOException {
    Files.writeString(
        root.resolve("index"), "kctl-index 2 " + boot + " build\n" + String.join("", rows));
  }

  private String running() throws IOException {
    var stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    var started = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19];
    return row(ID, "web", "running", Long.parseLong(started));
  }

  private static String exited() {
    return "f".repeat(64) + "\tdone\timg\tsh\t990000\texited\t990000\t992800\t7\t0\t0\t\t\t\n";
  }

  private String row(String id, String name, String state, long startTime) {
    return id
        + "\t"
        + name
        + "\timg\tsh -c 'sleep 1000; echo end'\t999000\t"
        + state
        + "\t999800\t0\t0\t"
        + process.pid()
        + "\t"
        + startTime
        + "\t\t\t\n";
  }

  @Test
  void tellsThatAContainerIsPausedAndWhyOneEnded() throws IOException {
    var paused =
        running().replace("\trunning\t", "\tpaused\t").replace("\t\t\t\n", "\tPaused\t\t\n");
    writeIndex(bootId(), paused, exited().replace("\t\t\t\n", "\tkernel panic\t\t\n"));
    assertThat(answer("ps")).contains("(Paused)");
    assertThat(answer("ps", "-a")).contains("(kernel panic)");
  }

  @Test
  void leavesOneThatWaitsForItsRestartToTheEngine() throws IOException {
    writeIndex(bootId(), exited().replace("\texited\t", "\trestarting\t"));
    assertThat(answer("ps")).isNull();
  }

  private static String bootId() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
  }
}
