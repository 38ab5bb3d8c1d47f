package dev.kctl.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessIdentityTest {
  @Test
  void knowsARunningProcess() throws IOException {
    var self = ProcessHandle.current().pid();

    assertThat(new ProcessIdentity(self, startTime(self)).alive()).isTrue();
  }

  @Test
  void isNotFooledByALaterProcessOfTheSameNumber() throws IOException {
    var self = ProcessHandle.current().pid();

    assertThat(new ProcessIdentity(self, startTime(self) - 1).alive()).isFalse();
  }

  @Test
  void knowsThatAnEndedProcessIsNoMore() throws IOException, InterruptedException {
    var child = new ProcessBuilder("sleep", "60").start();
    var identity = new ProcessIdentity(child.pid(), startTime(child.pid()));

    assertThat(identity.alive()).isTrue();
    child.destroyForcibly().waitFor();

    assertThat(identity.alive()).isFalse();
    assertThat(child.waitFor(Duration.ofSeconds(1))).isTrue();
  }

  private static long startTime(long pid) throws IOException {
    var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", 21)[19]);
  }
}
