package dev.kctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Docker's other clients, unchanged: docker-py and testcontainers. */
class ClientsIT extends WithEngine {
  ClientsIT() {
    super("cli");
  }

  @Test
  void dockerPyDrivesTheEngine() {
    try (var made = start(List.of(Checkout.top().resolve("packaging/docker-py.sh").toString()))) {
      var python = made.await().stdout().strip();
      var script = Checkout.top().resolve("e2e/src/test/python/drive.py").toString();
      try (var driven = start(List.of(python, script, "unix://" + kctl.socket(), image))) {
        var finished = driven.await();
        assertThat(finished.exitCode()).as("%s", finished).isZero();
      }
    }
  }

  @Test
  void testcontainersDrivesTheEngine() {
    var java = ProcessHandle.current().info().command().orElseThrow();
    var classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    var command =
        List.of(
            java,
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath,
            TestcontainersProgram.class.getName(),
            image);
    try (var driven = start(command)) {
      var finished = driven.await();
      assertThat(finished.exitCode()).as("%s", finished).isZero();
      assertThat(finished.stdout()).contains("all is well");
    }
  }

  private Started start(List<String> command) {
    var environment = new HashMap<>(kctl.environment());
    environment.put("DOCKER_HOST", "unix://" + kctl.socket());
    environment.put("DOCKER_CONFIG", kctl.runtime().resolve("no-config").toString());
    environment.put("TESTCONTAINERS_RYUK_DISABLED", "true");
    // It wants a server of 1.6.0 at least, and ours has a version of its own.
    environment.put("TESTCONTAINERS_CHECKS_DISABLE", "true");
    // Where the tests themselves run in a container it would ask for Docker's bridge.
    environment.put("TESTCONTAINERS_HOST_OVERRIDE", "localhost");
    var started = Started.start(command, environment);
    started.closeStdin();
    return started;
  }
}
