package dev.kctl.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BootWatchTest {
  private static final Duration NEVER = Duration.ofMinutes(2);
  private static final Duration SOON = Duration.ofMillis(300);

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void end() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void givesUpOnOneThatDoesNothing() throws IOException, InterruptedException {
    assertThat(watch(SOON, NEVER, "sleep", "600").await(new CompletableFuture<>())).isFalse();
  }

  @Test
  void waitsForOneThatGetsOnHoweverSlowly() throws IOException, InterruptedException {
    var call = new CompletableFuture<String>();
    call.completeOnTimeout("called", 3 * SOON.toMillis(), TimeUnit.MILLISECONDS);

    assertThat(watch(Duration.ofSeconds(20), NEVER, "sh", "-c", "while :; do :; done").await(call))
        .isTrue();
  }

  @Test
  void givesUpOnOneThatUsesMoreThanAnyBootNeeds() throws IOException, InterruptedException {
    assertThat(
            watch(NEVER, SOON, "sh", "-c", "while :; do :; done").await(new CompletableFuture<>()))
        .isFalse();
  }

  @Test
  void takesAFailureForNews() throws IOException, InterruptedException {
    var failed = CompletableFuture.failedFuture(new IOException("gone"));

    assertThat(watch(NEVER, NEVER, "sleep", "600").await(failed)).isTrue();
  }

  private BootWatch watch(Duration idle, Duration most, String... words) throws IOException {
    var process = new ProcessBuilder(words).start();
    processes.add(process);
    return new BootWatch(
        process.pid(),
        new BootWatch.Limits(Duration.ofMillis(20), idle, Duration.ofMillis(10), most, NEVER));
  }
}
