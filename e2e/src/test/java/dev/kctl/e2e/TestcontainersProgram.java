package dev.kctl.e2e;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
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
    serves(arguments[0]);
    System.out.println("all is well");
  }

  /** With an exposed port, on a network of its own, found there by an alias. */
  private static void serves(String image) throws Exception {
    var serve = "echo hello >/work/index.html; exec busybox httpd -f -h /work";
    try (var network = Network.newNetwork();
        var web = new GenericContainer<>(DockerImageName.parse(image));
        var asker = new GenericContainer<>(DockerImageName.parse(image))) {
      web.withNetwork(network)
          .withNetworkAliases("www")
          .withExposedPorts(80)
          .withCommand("sh", "-c", serve)
          .waitingFor(Wait.forHttp("/").forPort(80).withStartupTimeout(Duration.ofMinutes(3)));
      web.start();
      var url = URI.create("http://" + web.getHost() + ":" + web.getMappedPort(80) + "/");
      try (var in = url.toURL().openStream()) {
        expect("hello\n", new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
      asker.withNetwork(network).withCommand("sleep", "1000");
      asker.start();
      expect(
          "hello\n",
          asker
              .execInContainer("busybox", "timeout", "60", "busybox", "wget", "-qO-", "http://www/")
              .getStdout());
    }
  }

  private static void expect(String wanted, String found) {
    if (!wanted.equals(found)) {
      throw new AssertionError("'" + found + "' where '" + wanted + "' was expected");
    }
  }
}
