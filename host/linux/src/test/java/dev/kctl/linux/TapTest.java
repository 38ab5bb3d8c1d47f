package dev.kctl.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** Every test runs in a network namespace of its own, which goes with its thread. */
class TapTest {
  private static final Path DEVICES = Path.of("/proc/thread-self/net/dev");

  @Test
  void goesWithItsDescriptorUnlessItIsToStay() throws Exception {
    inNamespace(
        () -> {
          try (var tap = Tap.open("kt0")) {
            assertThat(tap.descriptor()).isPositive();
            assertThat(devices()).contains("kt0:");
          }
          assertThat(devices()).doesNotContain("kt0:");
          try (var tap = Tap.open("kt0")) {
            tap.give(65_534);
            tap.persist(true);
          }
          assertThat(devices()).contains("kt0:");
          try (var again = Tap.open("kt0")) {
            again.persist(false);
          }
          assertThat(devices()).doesNotContain("kt0:");
          return null;
        });
  }

  @Test
  void oneThatIsHeldCannotBeOpenedAgain() throws Exception {
    inNamespace(
        () -> {
          try (var _ = Tap.open("kt1")) {
            assertThatThrownBy(() -> Tap.open("kt1")).isInstanceOf(ErrnoException.class);
          }
          return null;
        });
  }

  @Test
  void aNameThatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> Tap.open("a-name-of-sixteen")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> Tap.open("")).isInstanceOf(IOException.class);
  }

  @Test
  void namespacesAreOfThreads() throws Exception {
    var here = Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net"));
    var there = inNamespace(() -> Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")));
    assertThat(there).isNotEqualTo(here);
    assertThat(Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net"))).isEqualTo(here);
  }

  private static String devices() throws IOException {
    return Files.readString(DEVICES);
  }

  private static <T> T inNamespace(Callable<T> test) throws Exception {
    var task =
        new FutureTask<>(
            () -> {
              NetworkNamespace.unshare();
              return test.call();
            });
    var thread = Thread.ofPlatform().start(task);
    try {
      return task.get();
    } finally {
      thread.join();
    }
  }
}
