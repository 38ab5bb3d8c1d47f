package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills the worker, and the store's own process, at many points of a pull. */
class KilledPullIT {
  private static final int POINTS = 12;
  private static final SampleImage IMAGE =
      SampleImage.of(
          new SampleLayer().file("one", SampleLayer.noise(11, 6 << 20)),
          new SampleLayer().file("two", SampleLayer.noise(12, 6 << 20)),
          new SampleLayer().file("three", "small"));

  @TempDir Path directory;
  private LocalRegistry registry;
  private WorkerProcesses workers;
  private Path root;

  @BeforeEach
  void start() throws IOException {
    registry = LocalRegistry.start(directory.resolve("registry"));
    IMAGE.push(registry, "app", "1");
    workers = new WorkerProcesses(Files.createDirectory(directory.resolve("run")));
    root = directory.resolve("root");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void aKilledWorkerLeavesNothingAndTheNextPullFinishes() throws Exception {
    var whole = timeOfOnePull();
    var outcomes = new ArrayList<String>();
    for (var point = 0; point < POINTS; point++) {
      var delay = whole.multipliedBy(point).dividedBy(POINTS);
      outcomes.add(pullAndKill(delay));
      assertThat(files(root.resolve("ingest"))).isEmpty();
      var image = store().pull(PullRequest.of(registry.ref("app:1")), _ -> {});
      assertThat(image.layers()).hasSize(3);
      store().remove(registry.ref("app:1").familiar(), false, _ -> false);
      assertThat(files(root.resolve("blobs/sha256"))).isEmpty();
      assertThat(files(root.resolve("layers"))).isEmpty();
    }
    assertThat(outcomes).contains("killed");
  }

  private Duration timeOfOnePull() {
    var before = System.nanoTime();
    store().pull(PullRequest.of(registry.ref("app:1")), _ -> {});
    var time = Duration.ofNanos(System.nanoTime() - before);
    store().remove(registry.ref("app:1").familiar(), false, _ -> false);
    return time;
  }

  private ImageStore store() {
    return ImageStore.open(root, workers);
  }

  private String pullAndKill(Duration delay) throws InterruptedException {
    var count = workers.started.size();
    var killer =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (workers.started.size() == count) {
                    Thread.onSpinWait();
                  }
                  LockSupport.parkNanos(delay.toNanos());
                  workers.started.getLast().destroyForcibly();
                });
    try {
      store().pull(PullRequest.of(registry.ref("app:1")), _ -> {});
      return "finished";
    } catch (WorkerFailed e) {
      assertThat(e.getMessage()).contains("import worker failed");
      return "killed";
    } finally {
      killer.join();
    }
  }

  @Test
  void aKilledStoreLeavesNothingForTheNextAndTakesItsWorkerAlong() throws Exception {
    for (var point = 0; point < POINTS / 2; point++) {
      var store = new ProcessBuilder(storeCommand());
      var log = directory.resolve("store.log").toFile();
      var process = store.redirectErrorStream(true).redirectOutput(log).start();
      process.waitFor(300L * point + 100, TimeUnit.MILLISECONDS);
      var children = process.descendants().toList();
      process.destroyForcibly().waitFor();
      Eventually.eventually(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
      var next = store();
      assertThat(files(root.resolve("ingest"))).isEmpty();
      assertThat(next.pull(PullRequest.of(registry.ref("app:1")), _ -> {}).layers()).hasSize(3);
      assertThat(files(root.resolve("ingest"))).isEmpty();
      next.remove(registry.ref("app:1").familiar(), false, _ -> false);
      assertThat(files(root.resolve("blobs/sha256"))).isEmpty();
      assertThat(files(root.resolve("layers"))).isEmpty();
    }
  }

  private List<String> storeCommand() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin/java").toString(),
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        StoreProcess.class.getName(),
        root.toString(),
        directory.resolve("run").toString(),
        registry.ref("app:1").canonical());
  }

  /** A process of its own with a store that pulls. */
  static final class StoreProcess {
    private StoreProcess() {}

    public static void main(String[] arguments) {
      ImageStore.open(Path.of(arguments[0]), new WorkerProcesses(Path.of(arguments[1])))
          .pull(PullRequest.of(ImageRef.parse(arguments[2])), System.out::println);
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (var all = Files.list(directory)) {
      return all.toList();
    }
  }
}
