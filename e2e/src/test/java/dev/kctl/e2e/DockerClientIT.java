package dev.kctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Docker's own client drives the engine: the same bytes and exit codes as {@code kctl}. */
class DockerClientIT extends WithEngine {
  DockerClientIT() {
    super("dock");
  }

  @Test
  void pullsAndRuns() {
    var unknown = SharedRegistry.bulky();
    var finished = docker("", "run", "--rm", unknown, "sh", "-c", "echo out; echo err >&2; exit 9");
    assertThat(finished.exitCode()).as("%s", finished).isEqualTo(9);
    assertThat(finished.stdout()).isEqualTo("out\n");
    assertThat(finished.stderr()).endsWith("err\n");
  }

  @Test
  void givesTheSameAsKctl() {
    for (var script : List.of("cat; exit 3", "wc -c", "id; env | sort | grep -v HOSTNAME")) {
      var words = new ArrayList<>(List.of("run", "--rm", "-i", image, "sh", "-c", script));
      var theirs = docker("some input\n", words.toArray(String[]::new));
      var ours = kctl("some input\n", words.toArray(String[]::new));
      assertThat(theirs.stdout()).as("%s", theirs).isEqualTo(ours.stdout());
      assertThat(theirs.exitCode()).as("%s", theirs).isEqualTo(ours.exitCode());
    }
  }

  @Test
  void tells126From127() {
    assertThat(docker("", "run", "--rm", image, "nothing-there").exitCode()).isEqualTo(127);
    assertThat(docker("", "run", "--rm", image, "/bin/not-executable").exitCode()).isEqualTo(126);
  }

  @Test
  void listsAndRemoves() {
    docker("", "create", "--name", "made", image);
    assertThat(docker("", "ps", "-a").stdout()).contains("made").contains("Created");
    assertThat(docker("", "rm", "made").stdout()).isEqualTo("made\n");
    assertThat(docker("", "images").stdout()).contains("test/busybox");
    assertThat(docker("", "version").stdout()).contains("Server");
    assertThat(docker("", "info").exitCode()).isZero();
  }

  private Finished docker(String input, String... arguments) {
    return finish(kctl.docker(arguments), input);
  }

  private Finished kctl(String input, String... arguments) {
    return finish(kctl.start(arguments), input);
  }

  private static Finished finish(Started started, String input) {
    try (started) {
      started.type(input);
      started.closeStdin();
      return started.await();
    }
  }
}
