package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.SOON;
import static dev.kctl.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code kctl run -it}, signals, detaching, and clients that go away. */
class TerminalIT extends WithEngine {
  TerminalIT() {
    super("tty");
  }

  @Test
  void givesAShellOnATerminal() {
    try (var terminal = kctl.startInTerminal("run", "--rm", "-it", image, "sh")) {
      var shell = new Shell(terminal);
      shell.line("tty; echo $TERM-$((20+22))");
      eventually(SOON, () -> assertThat(terminal.stdout()).contains("/dev/pts/0").contains("-42"));
      shell.line("exit 7");
      assertThat(terminal.await().exitCode()).isEqualTo(7);
    }
  }

  @Test
  void handsTheSizeOfTheTerminalOn() {
    try (var terminal =
        kctl.startInTerminal("run", "--rm", "-it", image, "sh", "-c", "stty size")) {
      assertThat(terminal.await().stdout()).contains("33 77");
    }
  }

  @Test
  void interruptsTheProcessByControlC() {
    try (var terminal = kctl.startInTerminal("run", "--rm", "-it", image, "sh")) {
      var shell = new Shell(terminal);
      shell.line("sleep 1000");
      eventually(SOON, () -> assertThat(terminal.stdout()).contains("sleep 1000\r\n"));
      // What is typed while the shell changes the terminal's mode is lost.
      eventually(
          SOON,
          () -> {
            terminal.type("\u0003");
            assertThat(terminal.stdout()).containsPattern("\\^C\\s+/work # ");
          });
      eventually(
          SOON,
          () -> {
            terminal.type("echo code $?\n");
            assertThat(terminal.stdout()).contains("code 130");
          });
      shell.line("exit");
      terminal.await();
    }
  }

  @Test
  void refusesATerminalWhereInputIsNone() {
    var finished = kctl.run("run", "--rm", "-it", image, "true");
    assertThat(finished.exitCode()).isNotZero();
    assertThat(finished.stderr()).contains("not a TTY");
  }

  @Test
  void leavesTheContainerRunningOnTheDetachKeys() {
    try (var terminal = kctl.startInTerminal("run", "-it", "--name", "left", image, "sh")) {
      new Shell(terminal).line("echo rea''dy");
      eventually(SOON, () -> assertThat(terminal.stdout()).contains("ready"));
      terminal.type("\u0010\u0011");
      terminal.await();
    }
    assertThat(kctl.succeed("ps")).contains("left").contains("Up");
    kctl.succeed("rm", "-f", "left");
  }

  @Test
  void forwardsASignalToTheProcess() {
    var script = "trap 'echo caught; exit 3' TERM; echo ready; while :; do sleep 0.1; done";
    try (var run = kctl.start("run", "--rm", image, "sh", "-c", script)) {
      eventually(SOON, () -> assertThat(run.stdout()).contains("ready"));
      run.signal("TERM");
      var finished = run.await();
      assertThat(finished.stdout()).contains("caught");
      assertThat(finished.exitCode()).isEqualTo(3);
    }
  }

  @Test
  void endsQuietlyWhenTheReaderOfItsOutputGoesAway() {
    var pipeline =
        String.join(" ", kctl.command("run", "--rm", image, "sh", "-c", "'yes | head -n 100000'"))
            + " | head -n 1";
    try (var shell = Started.start(List.of("sh", "-c", pipeline), kctl.environment())) {
      assertThat(shell.await().stdout()).isEqualTo("y\n");
    }
  }

  @Test
  void isKilledFromOutside() {
    try (var run = kctl.start("run", "--rm", "--name", "victim", image, "sleep", "1000")) {
      eventually(SOON, () -> assertThat(kctl.run("ps").stdout()).contains("victim"));
      kctl.succeed("kill", "victim");
      assertThat(run.await().exitCode()).isEqualTo(137);
    }
  }
}
