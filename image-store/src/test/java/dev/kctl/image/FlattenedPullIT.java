package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images with more layers than a machine has slots for disks, pulled for real. */
class FlattenedPullIT {
  private static final int MANY = 40;

  @TempDir Path directory;
  private LocalRegistry registry;
  private WorkerProcesses workers;
  private Path root;
  private final List<PullProgress> steps = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void start() throws IOException {
    registry = LocalRegistry.start(directory.resolve("registry"));
    workers = new WorkerProcesses(Files.createDirectory(directory.resolve("run")));
    root = directory.resolve("root");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  /** Layers with a file of their own each, and one that all of them have. */
  private static SampleLayer[] layers(int count, String top) {
    var layers = new SampleLayer[count];
    for (var i = 0; i < count; i++) {
      layers[i] = new SampleLayer().file("own/" + i, "" + i).file("last", "" + i);
    }
    layers[count - 1].file("top", top);
    return layers;
  }

  private ImageStore store() {
    return ImageStore.open(root, workers);
  }

  private Image pull(ImageStore store, String name) {
    return store.pull(PullRequest.of(registry.ref(name)), steps::add);
  }

  @Test
  void givesAGuestTwelveDisksAndTellsOfAllLayers() throws Exception {
    var layers = layers(MANY, "x");
    SampleImage.of(layers).push(registry, "app", "1");

    var image = pull(store(), "app:1");

    assertThat(image.diffIds()).hasSize(MANY).endsWith(layers[MANY - 1].diffId());
    assertThat(image.layers()).hasSize(12);
    var upper = image.layers().subList(1, 12).stream().map(LayerDisk::id).toList();
    assertThat(upper).isEqualTo(image.diffIds().subList(MANY - 11, MANY));
    var lower = image.layers().getFirst();
    assertThat(lower.erofs()).hasParent(root.resolve("flattened"));
    assertThat(lower.erofs())
        .satisfies(f -> assertThat(Files.isWritable(f) && !isRoot()).isFalse());
    var shown = ErofsImage.read(lower.erofs());
    assertThat(shown.at("/last").content()).isEqualTo("" + (MANY - 12));
    assertThat(shown.nodes()).hasSize(3 + MANY - 11);
    Tools.judge(directory, lower.erofs());
    assertThat(steps).contains(new PullProgress.Flattening(MANY - 11));
    assertThat(image.size()).isGreaterThan(lower.bytes());
    assertNothingLeft();
  }

  private boolean isRoot() throws IOException {
    return Files.getAttribute(directory, "unix:uid").equals(0);
  }

  @Test
  void leavesAnImageOfTwelveLayersAsItIs() throws IOException {
    SampleImage.of(layers(12, "x")).push(registry, "app", "1");
    assertThat(pull(store(), "app:1").layers()).hasSize(12);
    assertThat(flattened()).isEmpty();
    assertThat(workers.started).hasSize(1);
  }

  @Test
  void sharesTheDiskBetweenImagesAndRemovesItWithTheLast() throws IOException {
    SampleImage.of(layers(MANY, "x")).push(registry, "one", "1");
    SampleImage.of(layers(MANY, "y")).push(registry, "two", "1");
    var store = store();
    var one = pull(store, "one:1");
    steps.clear();
    var two = pull(store, "two:1");
    assertThat(two.layers().getFirst()).isEqualTo(one.layers().getFirst());
    assertThat(steps).doesNotHaveAnyElementsOfTypes(PullProgress.Flattening.class);
    store.remove(registry.ref("one:1").familiar(), false, _ -> false);
    assertThat(flattened()).hasSize(1);
    store.remove(registry.ref("two:1").familiar(), false, _ -> false);
    assertThat(flattened()).isEmpty();
  }

  @Test
  void doesTheWorkOnceForTwoImagesPulledAtOnce() throws Exception {
    SampleImage.of(layers(MANY, "x")).push(registry, "one", "1");
    SampleImage.of(layers(MANY, "y")).push(registry, "two", "1");
    var store = store();
    try (var threads = Executors.newFixedThreadPool(2)) {
      Callable<Image> one = () -> pull(store, "one:1");
      Callable<Image> two = () -> pull(store, "two:1");
      for (var result : threads.invokeAll(List.of(one, two))) {
        assertThat(result.get().layers()).hasSize(12);
      }
    }
    assertThat(steps).filteredOn(PullProgress.Flattening.class::isInstance).hasSize(1);
    assertThat(workers.started).hasSize(3);
    assertNothingLeft();
  }

  @Test
  void makesADiskThatWasLostAnew() throws IOException {
    SampleImage.of(layers(13, "x")).push(registry, "app", "1");
    var store = store();
    var image = pull(store, "app:1");
    Files.delete(image.layers().getFirst().erofs());
    assertThat(store.list()).isEmpty();
    assertThat(pull(store, "app:1")).isEqualTo(image);
  }

  @Test
  void leavesNothingWhereTheWorkerIsKilledAndTheNextPullFinishes() throws IOException {
    SampleImage.of(layers(MANY, "x")).push(registry, "app", "1");
    workers.killSoon(1);
    try {
      pull(store(), "app:1");
      throw new AssertionError("the second worker was killed");
    } catch (WorkerFailed e) {
      assertThat(e.getMessage()).contains("import worker failed");
    }
    assertThat(store().list()).isEmpty();
    assertThat(flattened()).isEmpty();
    assertNothingLeft();
    assertThat(pull(store(), "app:1").layers()).hasSize(12);
    store().remove(registry.ref("app:1").familiar(), false, _ -> false);
    assertThat(flattened()).isEmpty();
  }

  private List<Path> flattened() throws IOException {
    return files(root.resolve("flattened"));
  }

  private static List<Path> files(Path directory) throws IOException {
    try (var all = Files.list(directory)) {
      return all.toList();
    }
  }

  private void assertNothingLeft() throws IOException {
    assertThat(files(root.resolve("ingest"))).isEmpty();
    assertThat(workers.started).noneMatch(Process::isAlive);
  }
}
