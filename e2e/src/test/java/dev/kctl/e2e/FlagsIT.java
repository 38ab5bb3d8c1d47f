package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.SOON;
import static dev.kctl.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The flags that no other class here needs: {@link CommandFlagsTest} looks for them. */
class FlagsIT extends WithEngine {
  private static final String LEAVE = "\u0001";

  FlagsIT() {
    super("flag");
  }

  @ParameterizedTest
  @EnumSource
  void staysWithOneOutputOnly(Client client) {
    var finished =
        run(
            client,
            "run --rm --quiet --platform linux/amd64 --annotation note=x --runtime qemu"
                + " --attach stdout --sig-proxy=false IMAGE sh -c 'echo out; echo err >&2'");
    assertThat(finished.stdout()).as("%s", finished).isEqualTo("out\n");
    assertThat(finished.stderr()).isEmpty();
  }

  @Test
  void takesTheMachinesKindByItsOwnNameToo() {
    assertThat(succeed(Client.KCTL, "run --rm --vmm qemu IMAGE echo x")).isEqualTo("x\n");
    var finished = run(Client.KCTL, "run --rm --vmm no-such-vmm IMAGE echo x");
    assertThat(finished.exitCode()).isEqualTo(125);
    assertThat(finished.stderr()).contains("no-such-vmm");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run -it --detach-keys ctrl-a --name box IMAGE sh",
        "attach --detach-keys ctrl-a box",
        "start -ai --detach-keys ctrl-a box"
      })
  void leavesOnTheKeysItWasTold(String line) {
    if (!line.startsWith("run")) {
      succeed(Client.KCTL, "create -it --name box IMAGE sh");
    }
    if (line.startsWith("attach")) {
      succeed(Client.KCTL, "start box");
    }
    try (var terminal = kctl.startInTerminal(words(line))) {
      if (line.startsWith("attach")) {
        // Its prompt was there before.
        awaitAttached("box", 1);
        terminal.type("echo rea''dy\n");
      } else {
        new Shell(terminal).line("echo rea''dy");
      }
      eventually(SOON, () -> assertThat(terminal.stdout()).contains("ready"));
      terminal.type(LEAVE);
      terminal.await();
    }
    assertThat(succeed(Client.KCTL, "ps --format {{.Names}}")).isEqualTo("box\n");
    succeed(Client.KCTL, "rm -f box");
  }

  @ParameterizedTest
  @EnumSource
  void setsAQuotaLater(Client client) {
    succeed(client, "run -d --name box IMAGE sleep 1000");
    succeed(client, "update --cpu-period 50000 --cpu-quota 25000 box");
    assertThat(succeed(client, "exec box cat /sys/fs/cgroup/cpu.max")).isEqualTo("50000 100000\n");
    assertThat(succeed(client, "container inspect --size -f {{.SizeRw}} box")).matches("\\d+\n");
    succeed(client, "rm -f box");
  }

  @Test
  void pullsListsAndRemovesByItsRarerFlags() {
    var foreign = SharedRegistry.foreign();
    assertThat(succeed(Client.KCTL, "pull --quiet --platform linux/arm64 " + foreign))
        .isEqualTo(foreign + "\n");
    assertThat(same("images --digests --format {{.Digest}}").stdout()).contains("sha256:");
    succeed(Client.KCTL, "create --name user IMAGE true");
    succeed(Client.KCTL, "rmi --force " + foreign);
    succeed(Client.KCTL, "rm user");
    assertThat(same("images --format {{.Repository}}").stdout()).doesNotContain("foreign");
  }

  @Test
  void tellsOfItselfAsAsked() {
    assertThat(same("info --format {{.OSType}}/{{.Architecture}}").stdout()).startsWith("linux/");
    assertThat(same("version --format {{.Server.Version}}").stdout()).isNotBlank();
    assertThat(succeed(Client.KCTL, "info --json")).startsWith("{");
  }

  @ParameterizedTest
  @EnumSource
  void saysThatMemoryMayAlwaysBeTheCause(Client client) {
    var finished = run(client, "run --rm --oom-kill-disable IMAGE echo x");
    assertThat(finished.stderr()).as("%s", finished).containsIgnoringCase("oom");
  }
}
