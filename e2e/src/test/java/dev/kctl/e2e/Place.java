package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where a shell with busybox runs: in a container, on the host, outside of it.
 *
 * @param shell the command that takes a script as its last argument
 */
record Place(String name, List<String> shell, Map<String, String> environment) {
  /** What a server serves, and a client looks for. */
  static final String PAGE = "from the image";

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** Seconds for one connection: what is dropped is not answered at all. */
  private static final int TRIAL = 5;

  static Place container(Kctl kctl, String container) {
    return new Place(container, kctl.command("exec", container, "sh", "-c"), kctl.environment());
  }

  static Place host() {
    return new Place("the host", List.of("sh", "-c"), Map.of());
  }

  /** The namespace that {@code packaging/in-namespace.sh} has made. */
  static Place outside() {
    var outside = System.getenv("KCTL_OUTSIDE");
    assertThat(outside).as("KCTL_OUTSIDE: `packaging/e2e.sh` runs these tests").isNotNull();
    var shell = List.of("nsenter", "--target", outside, "--net", "--", "sh", "-c");
    return new Place("the outside", shell, Map.of());
  }

  /** A server by its addresses. */
  record Server(String name, List<String> addresses, int port) {
    Server(String name, int port, String... addresses) {
      this(name, List.of(addresses), port);
    }
  }

  void reaches(Server... servers) {
    eventually(
        PATIENCE,
        () -> assertThat(answering(servers)).as("%s reaches", name).isEqualTo(all(servers)));
  }

  /** Asked once: what must never be cannot be waited for. */
  void doesNotReach(Server... servers) {
    assertThat(answering(servers)).as("%s must not reach", name).isEmpty();
  }

  String run(String script) {
    try (var started = start(script)) {
      started.closeStdin();
      var finished = started.await();
      assertThat(finished.exitCode()).as("%s: %s: %s", name, script, finished).isZero();
      return finished.stdout();
    }
  }

  /** Serves {@link #PAGE} at all addresses. */
  Started serve(String directory, int port) {
    return start("exec busybox httpd -f -p %d -h %s".formatted(port, directory));
  }

  private Started start(String script) {
    var command = new ArrayList<>(shell);
    command.add(script);
    return Started.start(command, environment);
  }

  private List<String> answering(Server... servers) {
    var script = new StringBuilder();
    for (var server : servers) {
      for (var address : server.addresses) {
        script.append(
            """
            printf 'GET /marker HTTP/1.0\\r\\n\\r\\n' | busybox nc -w %d %s %d 2>/dev/null |
              busybox grep -q '%s' && echo '%s'
            """
                .formatted(TRIAL, address, server.port, PAGE, label(server, address)));
      }
    }
    return run(script + "true").lines().toList();
  }

  private static List<String> all(Server... servers) {
    return Stream.of(servers)
        .flatMap(server -> server.addresses.stream().map(address -> label(server, address)))
        .toList();
  }

  private static String label(Server server, String address) {
    return "%s at %s port %d".formatted(server.name, address, server.port);
  }
}
