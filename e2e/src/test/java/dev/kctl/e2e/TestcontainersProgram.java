package dev.kctl.e2e;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** What a test that uses testcontainers does; a program, for DOCKER_HOST must be set before. */
final class TestcontainersProgram {
  private TestcontainersProgram() {}

  public static void main(String[] arguments) throws Exception {
    try (var container = new GenericContainer<>(DockerImageName.parse(arguments[0]))) {
      container
          .withEnv("GREETING", "hello")
          .withLabel("made-by", "testcontainers")
          .withCommand("sh", "-c", "echo getting ready; sleep 1; echo ready; sleep 1000")
          .withCopyToContainer(Transferable.of("before"), "/work/before")
          .waitingFor(Wait.forLogMessage("ready\\s+", 1));
      container.start();
      expect("getting ready\nready\n", container.getLogs());
      container.copyFileToContainer(Transferable.of("later"), "/work/later");
      var exec =
          container.execInContainer(
              "sh", "-c", "echo $GREETING; cat before later; echo x >&2; exit 3");
      expect("hello\nbeforelater", exec.getStdout());
      expect("x\n", exec.getStderr());
      expect("3", Integer.toString(exec.getExitCode()));
      expect("true", Boolean.toString(container.isRunning()));
    }
    System.out.println("all is well");
  }

  private static void expect(String wanted, String found) {
    if (!wanted.equals(found)) {
      throw new AssertionError("'" + found + "' where '" + wanted + "' was expected");
    }
  }
}
