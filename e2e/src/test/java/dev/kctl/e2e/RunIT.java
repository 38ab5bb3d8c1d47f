package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kctl run} without a terminal: output, input, exit codes and the image's settings. */
class RunIT extends WithEngine {
  private static final Duration SOON = Duration.ofSeconds(60);

  RunIT() {
    super("run");
  }

  @Test
  void runsTheImagesOwnCommand() {
    assertThat(kctl.succeed("run", "--rm", image)).isEqualTo("hello from yes\n");
  }

  @Test
  void keepsStandardOutputAndErrorApart() {
    var finished = run("echo out; echo err >&2");
    assertThat(finished.stdout()).isEqualTo("out\n");
    assertThat(finished.stderr()).isEqualTo("err\n");
  }

  @Test
  void returnsTheExitCodeOfTheProcess() {
    assertThat(run("exit 42").exitCode()).isEqualTo(42);
  }

  @Test
  void returns128PlusTheSignalThatKilledTheProcess() {
    // With an init, for PID 1 of a namespace ignores the signals of its own children.
    var finished = kctl.run("run", "--rm", "--init", image, "sh", "-c", "kill -9 $$");
    assertThat(finished.exitCode()).isEqualTo(137);
  }

  @Test
  void saysWhyWhereTheMachineEnded() {
    try (var run = kctl.start("run", "--rm", image, "sh", "-c", "echo runs; exec sleep 1000")) {
      eventually(SOON, () -> assertThat(run.stdout()).isEqualTo("runs\n"));
      kctl.pids("qemu-system").forEach(pid -> Signals.send("KILL", pid));

      var finished = run.await();

      assertThat(finished.exitCode()).isEqualTo(137);
      assertThat(finished.stderr())
          .isEqualTo("kctl: the machine ended: its VMM was killed by signal 9\n");
    }
  }

  @Test
  void returns127ForACommandThatIsNotThere() {
    var finished = kctl.run("run", "--rm", image, "no-such-command");
    assertThat(finished.exitCode()).isEqualTo(127);
    assertThat(finished.stderr()).contains("no-such-command").contains("executable file not found");
  }

  @Test
  void returns126ForACommandThatCannotBeExecuted() {
    var finished = kctl.run("run", "--rm", image, "/bin/not-executable");
    assertThat(finished.exitCode()).isEqualTo(126);
    assertThat(finished.stderr()).contains("/bin/not-executable").contains("permission denied");
  }

  @Test
  void passesStandardInputUntilItsEnd() {
    try (var started = kctl.start("run", "--rm", "-i", image, "sh", "-c", "wc -c; echo end")) {
      started.type("x".repeat(100_000));
      started.closeStdin();
      assertThat(started.await().stdout()).isEqualTo("100000\nend\n");
    }
  }

  @Test
  void passesBinaryOutputUnchanged() {
    var finished = run("head -c 3000000 /dev/urandom | tee /dev/shm/x; sha256sum </dev/shm/x >&2");
    assertThat(finished.stdoutBytes()).hasSize(3_000_000);
    assertThat(finished.stderr()).startsWith(sha256(finished.stdoutBytes()));
  }

  @Test
  void setsEnvironmentFromFlagsAndFiles(@TempDir Path directory) throws Exception {
    var file = Files.writeString(directory.resolve("env"), "# comment\nA=from file\nB=kept\n");
    var finished =
        kctl.run(
            "run",
            "--rm",
            "--env-file",
            file.toString(),
            "-e",
            "A=from flag",
            image,
            "sh",
            "-c",
            "echo \"$A, $B, $FROM_IMAGE, $PATH\"");
    assertThat(finished.stdout()).isEqualTo("from flag, kept, yes, /bin:/usr/bin\n");
  }

  @Test
  void startsInTheImagesWorkingDirectoryUnlessToldOtherwise() {
    assertThat(run("pwd; cat marker").stdout()).isEqualTo("/work\nfrom the image\n");
    assertThat(kctl.succeed("run", "--rm", "-w", "/made/for/it", image, "sh", "-c", "pwd"))
        .isEqualTo("/made/for/it\n");
  }

  @Test
  void looksUsersUpInTheImage() {
    assertThat(kctl.succeed("run", "--rm", "-u", "worker", image, "id"))
        .isEqualTo("uid=1234(worker) gid=2345(workers) groups=2345(workers),3456(extra)\n");
    assertThat(kctl.succeed("run", "--rm", "-u", "7:8", image, "sh", "-c", "id -u; id -g"))
        .isEqualTo("7\n8\n");
  }

  @Test
  void namesAUserThatTheImageDoesNotHave() {
    var finished = kctl.run("run", "--rm", "-u", "nobody-here", image, "true");
    assertThat(finished.exitCode()).isEqualTo(125);
    assertThat(finished.stderr()).contains("nobody-here");
  }

  @Test
  void replacesTheEntrypoint() {
    assertThat(kctl.succeed("run", "--rm", "--entrypoint", "cat", image, "/work/marker"))
        .isEqualTo("from the image\n");
  }

  @Test
  void setsTheHostname() {
    var output =
        kctl.succeed(
            "run", "--rm", "--hostname", "box", image, "sh", "-c", "hostname; cat /etc/hostname");
    assertThat(output).isEqualTo("box\nbox\n");
  }

  @Test
  void keepsTheRootReadOnlyWhenAsked() {
    var finished =
        kctl.run("run", "--rm", "--read-only", image, "sh", "-c", "touch /x; touch /dev/shm/y");
    assertThat(finished.stderr()).contains("/x: Read-only file system").doesNotContain("/dev/shm");
  }

  @Test
  void reapsZombiesWithInit() {
    // The orphan has been one when its file is there; without an init it would stay for ever.
    var script =
        "(sh -c 'touch /work/was; exit 0' &); until test -e was; do sleep 0.1; done;"
            + " while grep -q 'State:.Z' /proc/[0-9]*/status 2>/dev/null; do sleep 0.1; done; echo end";
    var output =
        kctl.succeed("run", "--rm", "--init", "--timeout", "2m", image, "sh", "-c", script);
    assertThat(output).isEqualTo("end\n");
  }

  @Test
  void killsAContainerThatTakesMoreMemoryThanItsLimit() {
    // One endless line, which sort(1) keeps in memory.
    var finished = kctl.run("run", "--rm", "-m", "64m", image, "sh", "-c", "exec sort /dev/zero");
    assertThat(finished.exitCode()).isEqualTo(137);
  }

  @Test
  void showsTheLimitsInsideTheGuest() {
    var output =
        kctl.succeed(
            "run",
            "--rm",
            "-m",
            "64m",
            "--cpus",
            "0.5",
            image,
            "sh",
            "-c",
            "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.max");
    assertThat(output).isEqualTo("67108864\n50000 100000\n");
  }

  @Test
  void hasAKernelOfItsOwn() {
    assertThat(run("uname -r").stdout()).contains("-kctl");
  }

  @Test
  void writesToALayerOfItsOwn() {
    assertThat(run("echo changed >/work/marker; cat /work/marker").stdout()).isEqualTo("changed\n");
    assertThat(run("cat /work/marker").stdout()).isEqualTo("from the image\n");
  }

  private Finished run(String script) {
    var finished = kctl.run("run", "--rm", image, "sh", "-c", script);
    assertThat(finished.stderr()).as("panic").doesNotContain("Kernel panic");
    return finished;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
