package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.SOON;
import static dev.kctl.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** {@code ps}, {@code rm}, {@code version}, {@code info}, and several containers at once. */
class ContainersIT extends WithEngine {
  ContainersIT() {
    super("ctr");
  }

  @Test
  void listsWhatRunsAndWhatHasEnded() {
    kctl.run("run", "--name", "ended", image, "sh", "-c", "exit 5");
    try (var run = kctl.start("run", "--rm", "--name", "lives", image, "sleep", "1000")) {
      eventually(SOON, () -> assertThat(kctl.succeed("ps")).contains("lives").contains("Up "));
      assertThat(kctl.succeed("ps")).doesNotContain("ended");
      assertThat(kctl.succeed("ps", "-a")).contains("ended").contains("Exited (5)");
      kctl.succeed("rm", "-f", "lives");
      assertThat(run.await().exitCode()).isEqualTo(137);
    }
    kctl.succeed("rm", "ended");
    assertThat(kctl.succeed("ps", "-aq")).isEmpty();
  }

  @Test
  void neverShowsAsRunningWhatIsNot() {
    try (var run = kctl.start("run", "--name", "gone", image, "sleep", "1000")) {
      eventually(SOON, () -> assertThat(kctl.succeed("ps")).contains("gone"));
      for (var word : new String[] {"kctl-keeper", "EngineMain", "qemu-system"}) {
        kctl.pids(word).forEach(pid -> Signals.send("KILL", pid));
      }
      eventually(SOON, "no machine lives", () -> kctl.pids("qemu-system").isEmpty());
      assertThat(kctl.succeed("ps")).doesNotContain("gone");
      run.signal("KILL");
      run.await();
    }
    kctl.succeed("rm", "-f", "gone");
  }

  @Test
  void refusesToRemoveARunningContainer() {
    try (var run = kctl.start("run", "--name", "busy", image, "sleep", "1000")) {
      eventually(SOON, () -> assertThat(kctl.succeed("ps")).contains("busy"));
      var finished = kctl.run("rm", "busy");
      assertThat(finished.exitCode()).isEqualTo(1);
      assertThat(finished.stderr()).contains("running");
      kctl.succeed("rm", "-f", "busy");
      run.await();
    }
  }

  @Test
  void runsSeveralAtOnce() {
    var runs = new ArrayList<Started>();
    for (var number = 0; number < 6; number++) {
      runs.add(kctl.start("run", "--rm", image, "sh", "-c", "echo " + number + "; exit " + number));
    }
    for (var number = 0; number < 6; number++) {
      var finished = runs.get(number).await();
      assertThat(finished.stdout()).as("%s", finished).isEqualTo(number + "\n");
      assertThat(finished.exitCode()).isEqualTo(number);
    }
  }

  @Test
  void startsOneEngineForManyFirstCommands() {
    try (var fresh = Kctl.create("fresh")) {
      var commands = new ArrayList<Started>();
      for (var number = 0; number < 4; number++) {
        commands.add(fresh.start("info"));
      }
      commands.forEach(command -> assertThat(command.await().exitCode()).isZero());
      assertThat(fresh.pids("EngineMain")).hasSize(1);
    }
  }

  @Test
  void saysWhatItIs() {
    assertThat(kctl.succeed("version")).contains("0.1.0").contains("linux/amd64");
    assertThat(kctl.succeed("info")).contains("qemu").contains(kctl.root().toString());
  }

  @Test
  void showsWhereTheStartTimeWent() {
    var finished = kctl.run("run", "--rm", "--trace-start", image, "true");
    assertThat(finished.exitCode()).isZero();
    assertThat(finished.stderr()).contains("kernel").contains("agent").contains("ms");
  }
}
