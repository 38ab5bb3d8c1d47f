package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.SOON;
import static dev.kctl.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An engine that was started from a terminal, an ssh session or a step of CI, which then ends. */
class SessionIT {
  private final String image = SharedRegistry.busybox();

  @Test
  void outlivesTheSessionThatStartedItAndKeepsNothingOfIt() throws IOException {
    try (var kctl = Kctl.create("sess")) {
      var words = String.join(" ", kctl.command("run", "-d", "--name", "lives", image));
      var environment = new HashMap<>(kctl.environment());
      environment.put("SESSION_SECRET", "not-for-the-engine");
      var session =
          Started.start(
              List.of("setsid", "sh", "-c", words + " sh -c 'sleep 600'; exec sleep 600"),
              environment);
      eventually(
          SOON,
          "a container runs",
          () -> session.stdout().endsWith("\n") && !kctl.pids("qemu-system").isEmpty());
      var before = lasting(kctl);
      assertThat(before).hasSize(4);

      Signals.send("KILL", -session.pid());
      session.close();

      assertThat(kctl.succeed("ps", "-q", "--filter", "name=lives")).hasSize(13);
      assertThat(lasting(kctl)).isEqualTo(before);
      for (var pid : before) {
        var process = Path.of("/proc/" + pid);
        assertThat(Files.readString(process.resolve("environ"))).doesNotContain("SESSION_SECRET");
        assertThat(Files.readSymbolicLink(process.resolve("cwd"))).isEqualTo(Path.of("/"));
      }
      kctl.succeed("rm", "-f", "lives");
      kctl.assertNothingLeft();
    }
  }

  /** Whoever lives as long as the container; import workers and helpers of a start come and go. */
  private static List<Long> lasting(Kctl kctl) {
    return Stream.of("kctl-keeper", "EngineMain", "vhost-device-vsock", "qemu-system")
        .flatMap(word -> kctl.pids(word).stream())
        .toList();
  }
}
