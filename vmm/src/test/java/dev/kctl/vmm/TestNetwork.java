package dev.kctl.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kctl.linux.NetworkNamespace;
import dev.kctl.linux.Tap;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A thread in a network namespace of its own with a persistent TAP; it goes with the thread and
 * with what was started there.
 */
final class TestNetwork implements AutoCloseable {
  static final String TAP = "kt0";

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

  TestNetwork(int owner) throws Exception {
    call(
        () -> {
          NetworkNamespace.unshare();
          try (var tap = Tap.open(TAP)) {
            tap.give(owner);
            tap.persist(true);
          }
          return null;
        });
  }

  /** What is started here is in the namespace. */
  <T> T call(Callable<T> body) throws Exception {
    try {
      return thread.submit(body).get();
    } catch (ExecutionException e) {
      throw new AssertionError("in the test's own network namespace", e.getCause());
    }
  }

  void run(String... words) throws Exception {
    var code = call(() -> start(words));
    assertThat(code).as(String.join(" ", words)).isZero();
  }

  private static int start(String... words) throws IOException, InterruptedException {
    return new ProcessBuilder(words).inheritIO().start().waitFor();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
