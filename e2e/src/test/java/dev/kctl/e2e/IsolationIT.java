package dev.kctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a container can see and do: the view that Docker gives, and nothing of the agent. */
class IsolationIT extends WithEngine {
  IsolationIT() {
    super("iso");
  }

  @Test
  void isTheFirstProcessOfItsOwnNamespace() {
    assertThat(run("echo $$; ls -d /proc/[0-9]* | wc -l").lines().findFirst()).contains("1");
  }

  @Test
  void hasDockersDefaultCapabilities() {
    assertThat(run("grep -E 'CapEff|Seccomp:' /proc/self/status"))
        .isEqualTo("CapEff:\t00000000a80425fb\nSeccomp:\t2\n");
  }

  @Test
  void seesNeitherTheAgentNorItsFiles() {
    assertThat(run("ls / ; ls /kctl /init 2>&1; true"))
        .contains("/kctl: No such file")
        .contains("/init: No such file");
  }

  @Test
  void cannotWriteToTheKernelsInterfaces() {
    assertThat(run("echo 1 2>&1 >/proc/sysrq-trigger; echo x 2>&1 >/sys/kernel/x; true"))
        .contains("Read-only file system");
  }

  @Test
  void hasNoDevicesBesideDockersOwn() {
    assertThat(run("ls /dev").split("\n"))
        .containsExactly(
            "fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin",
            "stdout", "tty", "urandom", "zero");
  }

  @Test
  void cannotMountNorMakeDevices() {
    assertThat(run("mount -t tmpfs none /work 2>&1; echo $?")).doesNotEndWith("\n0\n");
    assertThat(run("mknod /work/vda b 254 0; cat /work/vda 2>&1; true"))
        .contains("Operation not permitted");
  }

  @Test
  void floodsNothingOnTheHost() throws Exception {
    run("yes flood | head -c 50000000 >/dev/kmsg 2>/dev/null; true");
    var name = "flooder";
    kctl.run("run", "--name", name, image, "sh", "-c", "yes flood | head -c 60000000");
    var size = DirectorySize.of(kctl.root().resolve("containers"));
    kctl.succeed("rm", name);
    // Three rotated logs of 10 MB and the scratch disk's few blocks.
    assertThat(size).isLessThan(45_000_000L);
  }

  private String run(String script) {
    return kctl.succeed("run", "--rm", image, "sh", "-c", script);
  }
}
