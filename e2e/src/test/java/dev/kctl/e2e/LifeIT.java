package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.SOON;
import static dev.kctl.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A container's life, verb by verb, through either client. */
class LifeIT extends WithEngine {
  /** Tells of signals, and ends by TERM with 3. */
  private static final String OBEDIENT =
      "sh -c 'trap \"exit 3\" TERM; trap \"echo usr1\" USR1; echo up; while :; do sleep 0.1; done'";

  LifeIT() {
    super("life");
  }

  @ParameterizedTest
  @EnumSource
  void createsStartsStopsAndStartsAgain(Client client) {
    var id = succeed(client, "create --name box IMAGE " + OBEDIENT);
    assertThat(id).matches("[0-9a-f]{64}\n");
    assertThat(succeed(client, "ps -a --filter name=box --format {{.Status}}"))
        .isEqualTo("Created\n");
    assertThat(succeed(client, "start box")).isEqualTo("box\n");
    awaitOutput(client, "up");
    assertThat(succeed(client, "stop -s TERM -t 300 box")).isEqualTo("box\n");
    assertThat(succeed(client, "wait box")).isEqualTo("3\n");
    assertThat(succeed(client, "ps -a --filter name=box --format {{.Status}}"))
        .startsWith("Exited (3) ");
    assertThat(succeed(client, "start box")).isEqualTo("box\n");
    assertThat(succeed(client, "rm --force --volumes box")).isEqualTo("box\n");
  }

  @ParameterizedTest
  @EnumSource
  void restartsAndSignals(Client client) {
    succeed(client, "run --detach --name box IMAGE " + OBEDIENT);
    awaitOutput(client, "up");
    var first = succeed(client, "inspect -f {{.State.StartedAt}} box");
    assertThat(succeed(client, "restart --signal KILL -t 5 box")).isEqualTo("box\n");
    assertThat(succeed(client, "inspect -f {{.State.StartedAt}} box")).isNotEqualTo(first);
    awaitOutput(client, "up\nup\n");
    assertThat(succeed(client, "kill --signal USR1 box")).isEqualTo("box\n");
    awaitOutput(client, "usr1");
    assertThat(succeed(client, "kill box")).isEqualTo("box\n");
    assertThat(succeed(client, "wait box")).isEqualTo("137\n");
    assertThat(run(client, "kill box").exitCode()).isEqualTo(1);
    succeed(client, "rm box");
  }

  @ParameterizedTest
  @EnumSource
  void holdsAPausedContainerWhereItIs(Client client) {
    succeed(client, "run -d --name box IMAGE sh -c 'while :; do echo x; sleep 0.1; done'");
    assertThat(succeed(client, "pause box")).isEqualTo("box\n");
    assertThat(succeed(client, "ps --format {{.Status}}")).contains("(Paused)");
    assertThat(succeed(client, "inspect -f {{.State.Paused}}/{{.State.Status}} box"))
        .isEqualTo("true/paused\n");
    assertThat(run(client, "pause box").exitCode()).isEqualTo(1);
    var written = settledLogs(client);
    assertThat(succeed(client, "logs box")).isEqualTo(written);
    assertThat(succeed(client, "unpause box")).isEqualTo("box\n");
    eventually(SOON, () -> assertThat(succeed(client, "logs box")).isNotEqualTo(written));
    succeed(client, "rm -f box");
  }

  @ParameterizedTest
  @EnumSource
  void renamesAndUpdatesWhatRuns(Client client) {
    succeed(client, "run -d --name before -m 128m --init IMAGE sleep 1000");
    succeed(client, "rename before box");
    assertThat(succeed(client, "ps --format {{.Names}}")).isEqualTo("box\n");
    succeed(client, "update --memory 96m --pids-limit 50 --cpu-shares 512 --restart no box");
    succeed(client, "update --memory-reservation 32m --memory-swap 96m --cpus 0.5 box");
    succeed(client, "update --cpuset-cpus 0 --cpuset-mems 0 box");
    assertThat(succeed(client, "exec box cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max"))
        .isEqualTo("100663296\n50\n");
    assertThat(succeed(client, "inspect -f {{.HostConfig.Memory}}/{{.HostConfig.NanoCpus}} box"))
        .isEqualTo("100663296/500000000\n");
    succeed(client, "rm -f box");
  }

  @ParameterizedTest
  @EnumSource
  void staysWithWhatItStarts(Client client) {
    succeed(client, "create -i --name box IMAGE sh -c 'cat; exit 4'");
    var finished = run(client, "start --attach --interactive box", "some words\n");
    assertThat(finished.stdout()).as("%s", finished).isEqualTo("some words\n");
    assertThat(finished.exitCode()).isEqualTo(4);
    succeed(client, "rm box");
  }

  @ParameterizedTest
  @EnumSource
  void goesOnWithTheRestAfterAMistake(Client client) {
    succeed(client, "run -d --name box IMAGE sleep 1000");
    var finished = run(client, "rm -f nobody box");
    assertThat(finished.stdout()).contains("box\n");
    assertThat(run(client, "stop nobody").exitCode()).isEqualTo(1);
    assertThat(run(client, "start nobody").exitCode()).isEqualTo(1);
    assertThat(run(client, "wait nobody").exitCode()).isEqualTo(1);
    assertThat(run(client, "rename nobody other").exitCode()).isEqualTo(1);
    assertThat(run(client, "unpause nobody").exitCode()).isEqualTo(1);
  }

  /** What was written before a pause may still be on its way out of the machine. */
  private String settledLogs(Client client) {
    var seen = new ArrayDeque<String>();
    eventually(
        SOON,
        () -> {
          seen.add(succeed(client, "logs box"));
          assertThat(succeed(client, "logs box")).isEqualTo(seen.getLast());
        });
    return seen.getLast();
  }

  private void awaitOutput(Client client, String word) {
    eventually(SOON, () -> assertThat(succeed(client, "logs box")).contains(word));
  }
}
