package dev.kctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Each mistake: one line that names the value, the right exit code, nothing left behind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputIT {
  private final Kctl kctl = Kctl.create("bad");

  @AfterEach
  void nothingIsLeft() {
    kctl.assertNothingLeft();
  }

  @AfterAll
  void end() {
    kctl.close();
  }

  @Test
  void namesAnImageThatTheRegistryDoesNotHave() {
    assertFails(125, SharedRegistry.missing(), "run", "--rm", SharedRegistry.missing());
    assertFails(1, SharedRegistry.missing(), "pull", SharedRegistry.missing());
  }

  @Test
  void namesARegistryThatDoesNotAnswer() throws IOException {
    // Bound, so that nobody else gets it, and not listening.
    try (var port = new Socket()) {
      port.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var nowhere = "localhost:" + port.getLocalPort();
      assertFails(125, nowhere, "run", "--rm", nowhere + "/x:1");
    }
  }

  @Test
  void namesTheArchitectureThatDoesNotFit() {
    assertFails(125, "arm64", "run", "--rm", SharedRegistry.foreign(), "true");
  }

  @Test
  void namesAnImpossibleReference() {
    assertFails(125, "UPPER//case", "run", "--rm", "UPPER//case");
  }

  @Test
  void namesAFlagThatIsUnknown() {
    assertFails(125, "--no-such-flag", "run", "--no-such-flag", "x");
    assertFails(1, "no-such-command", "no-such-command");
  }

  @Test
  void namesAnAmountOfMemoryThatIsNone() {
    assertFails(125, "lots", "run", "--rm", "-m", "lots", SharedRegistry.busybox());
  }

  @Test
  void namesAContainerThatIsNotThere() {
    assertFails(1, "nowhere-to-be-found", "rm", "nowhere-to-be-found");
  }

  @Test
  void refusesANameThatIsTaken() {
    kctl.succeed("run", "--name", "taken", SharedRegistry.busybox(), "true");
    assertFails(125, "taken", "run", "--name", "taken", SharedRegistry.busybox(), "true");
    kctl.succeed("rm", "taken");
  }

  @Test
  void refusesARuntimeDirectoryTooLongForASocket() {
    var directory = "/tmp/" + "d".repeat(100);
    var finished = kctl.run("--runtime-dir", directory, "info");
    assertThat(finished.exitCode()).isEqualTo(1);
    assertThat(finished.stderr()).contains(directory).contains("107");
  }

  private void assertFails(int exitCode, String value, String... arguments) {
    var finished = kctl.run(arguments);
    assertThat(finished.exitCode()).as("%s", finished).isEqualTo(exitCode);
    assertThat(finished.stderr().lines().filter(line -> line.startsWith("kctl: ")))
        .as("%s", finished)
        .hasSize(1)
        .allMatch(line -> line.contains(value));
    assertThat(finished.stderr()).doesNotContain("Exception").doesNotContain("\tat ");
  }
}
