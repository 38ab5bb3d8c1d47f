package dev.kctl.e2e;

import static dev.kctl.e2e.Eventually.SOON;
import static dev.kctl.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/**
 * Tests that share a root, an engine and the pulled test image: one for each class. A test leaves
 * no container behind.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WithEngine {
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  final Kctl kctl;
  final String image = SharedRegistry.busybox();
  private boolean pulled;

  /** Short, for it becomes part of the paths of sockets. */
  WithEngine(String name) {
    kctl = Kctl.create(name);
  }

  /**
   * Before the first test, and not before all: a test that fails is tried again, a class is not.
   */
  @BeforeEach
  final void pullOnce() {
    if (!pulled) {
      kctl.succeed("pull", image);
      pulled = true;
    }
  }

  @AfterEach
  final void nothingIsLeft() {
    kctl.assertNothingLeft();
  }

  @AfterAll
  final void end() {
    kctl.close();
  }

  /** Begins a line of words; {@code IMAGE} stands for the test image. */
  final Started start(Client client, String line) {
    return client.start(kctl, words(line));
  }

  final Finished run(Client client, String line) {
    return run(client, line, "");
  }

  final Finished run(Client client, String line, String input) {
    try (var started = start(client, line)) {
      started.type(input);
      started.closeStdin();
      return started.await();
    }
  }

  /** Its output, for what must succeed. */
  final String succeed(Client client, String line) {
    var finished = run(client, line);
    assertThat(finished.exitCode()).as("%s %s: %s", client, line, finished).isZero();
    return finished.stdout();
  }

  /** Runs a line by both clients, which must agree in output and exit code. */
  final Finished same(String line) {
    var docker = run(Client.DOCKER, line);
    var kctl = run(Client.KCTL, line);
    assertThat(kctl.stdout()).as("%s: %s", line, kctl).isEqualTo(docker.stdout());
    assertThat(kctl.exitCode()).as("%s: %s", line, kctl).isEqualTo(docker.exitCode());
    return kctl;
  }

  /** Waits until so many clients have been attached to a container since it was made. */
  final void awaitAttached(String container, int clients) {
    var id = succeed(Client.KCTL, "inspect -f {{.Id}} " + container).strip();
    var line = "events --since 1h --until 0s --filter event=attach --format {{.Action}} --filter ";
    eventually(
        SOON,
        () ->
            assertThat(succeed(Client.KCTL, line + "container=" + id))
                .isEqualTo("attach\n".repeat(clients)));
  }

  /** Splits at spaces, but for what stands between single quotes. */
  final String[] words(String line) {
    var words = new ArrayList<String>();
    for (var found = WORD.matcher(line); found.find(); ) {
      var word = found.group(1) == null ? found.group(2) : found.group(1);
      words.add(word.equals("IMAGE") ? image : word);
    }
    return words.toArray(String[]::new);
  }
}
