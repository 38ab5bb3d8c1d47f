package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.SOON;
import static dev.kctl.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a container may do, how much of everything it has, and what becomes of it. */
class PoliciesIT extends WithEngine {
  PoliciesIT() {
    super("pol");
  }

  @ParameterizedTest
  @EnumSource
  void setsLimitsAndRights(Client client) {
    var script =
        "ulimit -n; cat /proc/sys/net/core/somaxconn; stat -f -c \"%b %S\" /dev/shm;"
            + " id -G; cat /proc/sys/kernel/domainname /sys/fs/cgroup/pids.max"
            + " /sys/fs/cgroup/cpuset.cpus /proc/self/oom_score_adj;"
            + " grep -E \"CapBnd|NoNewPrivs|Seccomp:\" /proc/self/status";
    var line =
        "run --rm --ulimit nofile=77:78 --sysctl net.core.somaxconn=99 --shm-size 8m"
            + " --group-add 99 --domainname home --pids-limit 40 --cpuset-cpus 0 --cpuset-mems 0"
            + " --oom-score-adj 300 --cap-drop ALL --cap-add CHOWN --memory 64m"
            + " --memory-reservation 32m --memory-swap 64m --cpu-shares 512 --cpu-period 100000"
            + " --cpu-quota 50000 --security-opt no-new-privileges"
            + " --security-opt seccomp=unconfined IMAGE sh -c '"
            + script
            + "'";
    assertThat(succeed(client, line).lines().map(String::strip))
        .containsExactly(
            "77",
            "99",
            "2048 4096",
            "0 99",
            "home",
            "40",
            "0",
            "300",
            "CapBnd:\t0000000000000001",
            "NoNewPrivs:\t1",
            "Seccomp:\t0");
  }

  @ParameterizedTest
  @EnumSource
  void givesEveryRightInsideTheMachine(Client client) {
    var line = "run --rm --privileged IMAGE sh -c 'mount -t tmpfs x /work && ls /dev | wc -l'";
    assertThat(Integer.parseInt(succeed(client, line).strip())).isGreaterThan(20);
  }

  @ParameterizedTest
  @EnumSource
  void refusesADeviceOfTheHost(Client client) {
    var finished = run(client, "run --rm --device /dev/null:/dev/x IMAGE true");
    assertThat(finished.exitCode()).isEqualTo(125);
    assertThat(finished.stderr()).contains("evice");
  }

  @ParameterizedTest
  @EnumSource
  void startsAgainSoOftenAsToldAfterFailures(Client client) {
    succeed(client, "run -d --name box --restart on-failure:2 IMAGE sh -c 'echo run; exit 1'");
    eventually(
        SOON,
        () ->
            assertThat(succeed(client, "inspect -f {{.RestartCount}}/{{.State.Status}} box"))
                .isEqualTo("2/exited\n"));
    assertThat(succeed(client, "logs box")).isEqualTo("run\nrun\nrun\n");
    succeed(client, "rm box");
  }

  @ParameterizedTest
  @EnumSource
  void startsAgainUntilStopped(Client client) {
    succeed(client, "run -d --name box --restart always IMAGE sh -c 'echo run; sleep 1'");
    eventually(SOON, () -> assertThat(succeed(client, "logs box")).startsWith("run\nrun\n"));
    succeed(client, "stop -t 1 box");
    assertThat(succeed(client, "inspect -f {{.State.Running}}/{{.State.Restarting}} box"))
        .isEqualTo("false/false\n");
    succeed(client, "rm box");
  }

  @ParameterizedTest
  @EnumSource
  void watchesHealth(Client client) {
    succeed(
        client,
        "run -d --name box --health-cmd 'test -e /dev/shm/ill && exit 1 || echo well'"
            + " --health-interval 500ms --health-timeout 90s --health-retries 2"
            + " --health-start-period 1s --health-start-interval 300ms IMAGE sleep 1000");
    eventually(SOON, () -> assertThat(health(client)).isEqualTo("healthy\n"));
    succeed(client, "exec box busybox touch /dev/shm/ill");
    eventually(SOON, () -> assertThat(health(client)).isEqualTo("unhealthy\n"));
    assertThat(succeed(client, "ps --filter health=unhealthy")).contains("(unhealthy)");
    succeed(client, "rm -f box");
    assertThat(succeed(client, "run --rm --no-healthcheck IMAGE echo well")).isEqualTo("well\n");
  }

  @ParameterizedTest
  @EnumSource
  void endsByTheImagesOrTheUsersSignalAndPatience(Client client) {
    var script = "sh -c 'trap \"exit 6\" USR2; trap : TERM; while :; do sleep 0.1; done'";
    succeed(client, "run -d --name box --stop-signal USR2 --stop-timeout 300 IMAGE " + script);
    // Its traps are set when it has begun to sleep.
    eventually(
        SOON, () -> assertThat(succeed(client, "exec box busybox ps")).contains("sleep 0.1"));
    succeed(client, "stop box");
    assertThat(succeed(client, "wait box")).isEqualTo("6\n");
    succeed(client, "rm box");
  }

  @Test
  void endsWhatTakesTooLong() {
    var finished = run(Client.KCTL, "run --name box --timeout 3s IMAGE sleep 1000");
    assertThat(finished.exitCode()).isEqualTo(137);
    assertThat(succeed(Client.KCTL, "inspect -f '{{json .State}}' box")).contains("timeout");
    succeed(Client.KCTL, "rm box");
  }

  @ParameterizedTest
  @EnumSource
  void tellsThatMemoryWasTheCause(Client client) {
    var line = "run --name box -m 64m IMAGE busybox dd if=/dev/zero of=/dev/null bs=100M count=1";
    assertThat(run(client, line).exitCode()).isEqualTo(137);
    assertThat(succeed(client, "inspect -f {{.State.OOMKilled}} box")).isEqualTo("true\n");
    succeed(client, "rm box");
  }

  @ParameterizedTest
  @EnumSource
  void keepsNoLogWhenToldSo(Client client, @TempDir Path directory) throws Exception {
    var cidfile = directory.resolve("cid");
    var labels = Files.writeString(directory.resolve("labels"), "from=file\n");
    var line = "run --name box --log-driver none --cidfile " + cidfile + " --label-file " + labels;
    assertThat(succeed(client, line + " IMAGE echo hello")).isEqualTo("hello\n");
    assertThat(succeed(client, "inspect -f '{{.Id}} {{.Config.Labels.from}}' box"))
        .isEqualTo(Files.readString(cidfile) + " file\n");
    assertThat(run(client, "logs box").stdout()).isEmpty();
    succeed(client, "rm box");
  }

  private String health(Client client) {
    return succeed(client, "inspect -f {{.State.Health.Status}} box");
  }
}
