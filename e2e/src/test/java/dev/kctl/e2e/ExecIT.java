package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.SOON;
import static dev.kctl.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code exec}: the same bytes and exit codes through either client. */
class ExecIT extends WithEngine {
  ExecIT() {
    super("exec");
  }

  @BeforeEach
  void begin() {
    succeed(Client.KCTL, "run -d --name box --init IMAGE sleep 1000");
  }

  @AfterEach
  void remove() {
    succeed(Client.KCTL, "rm -f box");
  }

  @ParameterizedTest
  @EnumSource
  void givesOutputErrorsAndExitCode(Client client) {
    var finished = run(client, "exec box sh -c 'echo out; echo err >&2; exit 9'");
    assertThat(finished.stdout()).isEqualTo("out\n");
    assertThat(finished.stderr()).isEqualTo("err\n");
    assertThat(finished.exitCode()).isEqualTo(9);
    assertThat(run(client, "exec box sh -c 'kill -9 $$'").exitCode()).isEqualTo(137);
    assertThat(run(client, "exec box no-such-command").exitCode()).isEqualTo(127);
    assertThat(run(client, "exec box /bin/not-executable").exitCode()).isEqualTo(126);
    assertThat(run(client, "exec nobody true").exitCode()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void takesInputVariablesFolderAndUser(Client client, @TempDir Path directory) throws Exception {
    var file = Files.writeString(directory.resolve("env"), "FROM_FILE=yes\n");
    assertThat(
            run(client, "exec --interactive box busybox wc -c", "x".repeat(70_000))
                .stdout()
                .strip())
        .isEqualTo("70000");
    var line =
        "exec --env A=b --env-file %s --workdir /etc --user worker box".formatted(file)
            + " sh -c 'echo $A $FROM_FILE $FROM_IMAGE $PWD $(id -un)'";
    assertThat(succeed(client, line)).isEqualTo("b yes yes /etc worker\n");
    assertThat(succeed(client, "exec --privileged box busybox grep CapEff /proc/self/status"))
        .isEqualTo("CapEff:\t000001ffffffffff\n");
  }

  @ParameterizedTest
  @EnumSource
  void leavesADetachedOneToItself(Client client) {
    assertThat(succeed(client, "exec --detach box sh -c 'echo done >/dev/shm/made'")).isEmpty();
    eventually(
        SOON,
        () -> assertThat(run(client, "exec box cat /dev/shm/made").stdout()).isEqualTo("done\n"));
    succeed(client, "exec box busybox rm /dev/shm/made");
  }

  @Test
  void givesATerminalThatCanBeLeft() {
    var line = words("exec -it --detach-keys ctrl-a box sh");
    try (var terminal = kctl.startInTerminal(line)) {
      new Shell(terminal).line("tty; stty size");
      eventually(SOON, () -> assertThat(terminal.stdout()).contains("/dev/pts/").contains("33 77"));
      terminal.type("\u0001");
      terminal.await();
    }
    assertThat(succeed(Client.KCTL, "exec box busybox ps")).contains("sh");
  }

  @Test
  void showsItsProcesses() {
    assertThat(succeed(Client.KCTL, "top box")).contains("PID").contains("sleep 1000");
    assertThat(succeed(Client.DOCKER, "top box")).contains("PID").contains("sleep 1000");
  }
}
