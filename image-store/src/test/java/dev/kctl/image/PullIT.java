package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls from a real registry with the real worker process. */
class PullIT {
  private static final SampleLayer BASE =
      new SampleLayer().file("bin/hello", "#!/bin/sh\necho hi\n");
  private static final SampleLayer TOP = new SampleLayer().file("etc/top", "top");

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

  private ImageStore store() {
    return ImageStore.open(root, workers);
  }

  private Image pull(ImageStore store, String name) {
    return store.pull(PullRequest.of(registry.ref(name)), steps::add);
  }

  @Test
  void keepsTheRegistrysBytesAndADiskForEachLayer() throws IOException {
    var image = SampleImage.of(BASE, TOP);
    var digest = image.push(registry, "app", "1");

    var pulled = pull(store(), "app:1");

    assertThat(root.resolve("blobs/sha256/" + digest.hex()))
        .hasBinaryContent(registry.manifest("app", "1", Manifest.OCI_MANIFEST));
    assertThat(pulled.id()).isEqualTo(Digest.of(image.config()));
    assertThat(pulled.rawConfigJson().getBytes(StandardCharsets.UTF_8)).isEqualTo(image.config());
    assertThat(pulled.tags()).containsExactly(registry.ref("app:1"));
    assertThat(pulled.repoDigests())
        .containsExactly(new RepoDigest(registry.address() + "/app", digest));
    assertThat(pulled.config().entrypoint()).containsExactly("/bin/hello");
    assertThat(pulled.layers().stream().map(LayerDisk::id))
        .containsExactly(BASE.diffId(), TOP.diffId());
    for (var layer : pulled.layers()) {
      assertThat(Files.getPosixFilePermissions(layer.erofs()).toString()).doesNotContain("WRITE");
      assertThat(layer.bytes()).isPositive().isEqualTo(Files.size(layer.erofs()));
    }
    assertNothingLeft();
  }

  @Test
  void tellsDockersStepsInTheirOrder() throws IOException {
    var image = SampleImage.of(BASE);
    var digest = image.push(registry, "app", "1");
    pull(store(), "app:1");
    var id = Digest.of(BASE.blob()).shortHex();
    var size = BASE.blob().length;
    assertThat(steps)
        .containsExactly(
            new PullProgress.Resolved(registry.ref("app:1"), digest),
            new PullProgress.PullingFsLayer(id),
            new PullProgress.Downloading(id, size, size),
            new PullProgress.VerifyingChecksum(id),
            new PullProgress.DownloadComplete(id),
            new PullProgress.Extracting(id, size, size),
            new PullProgress.PullComplete(id),
            new PullProgress.Pulled(registry.ref("app:1"), digest, true));
  }

  @Test
  void fetchesALayerThatIsHereNoSecondTime() throws IOException {
    SampleImage.of(BASE).push(registry, "one", "1");
    SampleImage.of(BASE, TOP).push(registry, "two", "1");
    var store = store();
    pull(store, "one:1");
    steps.clear();
    pull(store, "two:1");
    assertThat(steps)
        .contains(new PullProgress.AlreadyExists(Digest.of(BASE.blob()).shortHex()))
        .contains(new PullProgress.PullComplete(Digest.of(TOP.blob()).shortHex()));
    try (var layers = Files.list(root.resolve("layers"))) {
      assertThat(layers).hasSize(2);
    }
  }

  @Test
  void saysThatAnImageIsUpToDate() throws IOException {
    var digest = SampleImage.of(BASE).push(registry, "app", "1");
    var store = store();
    pull(store, "app:1");
    steps.clear();
    pull(store, "app:1");
    assertThat(steps.getLast())
        .isEqualTo(new PullProgress.Pulled(registry.ref("app:1"), digest, false));
  }

  @Test
  void leavesTheFormerImageWithoutItsTagWhenTheTagMoves() throws IOException {
    SampleImage.of(BASE).push(registry, "app", "1");
    var store = store();
    var former = pull(store, "app:1");
    SampleImage.of(BASE, TOP).push(registry, "app", "1");
    var latter = pull(store, "app:1");
    assertThat(latter.id()).isNotEqualTo(former.id());
    assertThat(store.find(former.id().toString()).orElseThrow().tags()).isEmpty();
    assertThat(store.find(registry.ref("app:1").canonical()).orElseThrow().id())
        .isEqualTo(latter.id());
  }

  @Test
  void choosesThePlatformInAnIndexAndKeepsTheIndex() throws IOException {
    var digest = pushIndex("multi", "linux/s390x", "linux/arm/v6", "linux/amd64");
    var arm =
        store()
            .pull(
                new PullRequest(
                    registry.ref("multi:1"),
                    Optional.of(Platform.parse("linux/arm/v7")),
                    Optional.empty(),
                    Set.of(),
                    RegistryTrust.SYSTEM),
                steps::add);
    assertThat(arm.platform()).isEqualTo(Platform.parse("linux/arm/v6"));
    assertThat(arm.repoDigests().getFirst().digest()).isEqualTo(digest);
    assertThat(root.resolve("blobs/sha256/" + digest.hex()))
        .hasBinaryContent(registry.manifest("multi", "1", Manifest.OCI_INDEX));
  }

  @Test
  void namesThePlatformsThereAre() throws IOException {
    pushIndex("multi", "linux/s390x", "linux/arm/v6");
    assertThatExceptionOfType(PlatformMismatch.class)
        .isThrownBy(() -> pull(store(), "multi:1"))
        .withMessageContaining("[linux/s390x, linux/arm/v6]");
    assertNothingLeft();
  }

  private Digest pushIndex(String repository, String... platforms) throws IOException {
    var index = Json.MAPPER.createObjectNode().put("schemaVersion", 2);
    index.put("mediaType", Manifest.OCI_INDEX);
    var manifests = index.putArray("manifests");
    for (var text : platforms) {
      var platform = Platform.parse(text);
      var image = new SampleImage(platform, List.of(BASE));
      var digest = image.push(registry, repository, platform.architecture());
      var entry = manifests.addObject();
      entry.put("mediaType", Manifest.OCI_MANIFEST).put("digest", digest.toString());
      entry.put("size", SampleImage.bytes(image.manifest()).length);
      entry
          .putObject("platform")
          .put("os", platform.os())
          .put("architecture", platform.architecture())
          .put("variant", platform.variant());
    }
    return registry.pushManifest(repository, "1", Manifest.OCI_INDEX, SampleImage.bytes(index));
  }

  @Test
  void doesTheWorkOnceForTwoPullsAtOnce() throws Exception {
    var big = new SampleLayer().file("noise", SampleLayer.noise(1, 20 << 20));
    SampleImage.of(big).push(registry, "app", "1");
    var store = store();
    var firstIsUnderWay = new CountDownLatch(1);
    var second = Collections.synchronizedList(new ArrayList<PullProgress>());
    try (var threads = Executors.newFixedThreadPool(2)) {
      Callable<Image> one =
          () -> store.pull(PullRequest.of(registry.ref("app:1")), _ -> firstIsUnderWay.countDown());
      Callable<Image> two =
          () -> {
            firstIsUnderWay.await();
            return store.pull(PullRequest.of(registry.ref("app:1")), second::add);
          };
      var results = threads.invokeAll(List.of(one, two));
      assertThat(results.get(0).get()).isEqualTo(results.get(1).get());
    }
    assertThat(workers.started).hasSize(1);
    assertThat(second).contains(new PullProgress.PullComplete(Digest.of(big.blob()).shortHex()));
    assertNothingLeft();
  }

  @Test
  void endsAPullThatNobodyWaitsForAnyMore() throws Exception {
    var big = new SampleLayer().file("noise", SampleLayer.noise(2, 64 << 20));
    SampleImage.of(big).push(registry, "app", "1");
    var store = store();
    var underWay = new CountDownLatch(1);
    try (var thread = Executors.newSingleThreadExecutor()) {
      var waiting =
          thread.submit(
              () -> store.pull(PullRequest.of(registry.ref("app:1")), _ -> underWay.countDown()));
      underWay.await();
      waiting.cancel(true);
    }
    Eventually.eventually(() -> assertThat(workers.started.getFirst().isAlive()).isFalse());
    Eventually.eventually(this::assertNothingLeft);
    assertThat(pull(store, "app:1").layers()).hasSize(1);
  }

  @Test
  void opensAProtectedRegistryWithTheRightPasswordOnly() throws IOException {
    try (var locked = LocalRegistry.startWithPassword(directory.resolve("locked"))) {
      SampleImage.of(BASE).push(locked, "app", "1");
      var store = store();
      assertThatExceptionOfType(Unauthorized.class)
          .isThrownBy(() -> store.pull(PullRequest.of(locked.ref("app:1")), steps::add))
          .withMessageContaining("log in with 'docker login " + locked.address());
      assertThatExceptionOfType(Unauthorized.class)
          .isThrownBy(() -> store.pull(as(locked, "wrong"), steps::add))
          .withMessageNotContaining("wrong");
      assertThat(store.pull(as(locked, LocalRegistry.PASSWORD), steps::add).layers()).hasSize(1);
    }
  }

  private static PullRequest as(LocalRegistry registry, String password) {
    return new PullRequest(
        registry.ref("app:1"),
        Optional.empty(),
        Optional.of(Credentials.ofPassword(LocalRegistry.USER, password)),
        Set.of(),
        RegistryTrust.SYSTEM);
  }

  /** Root's workers have a user of their own; everybody else's run as their own. */
  @Test
  void ownsWhatAWorkerOfAnotherUserFetched() throws IOException {
    TestDirectories.makePassable(directory);
    var classPath = TestDirectories.copyClassPath(directory.resolve("jars"));
    var me = (Integer) Files.getAttribute(directory, "unix:uid");
    var owner =
        me == 0
            ? Optional.of(new ImportWorkers.Owner(47_111, 47_112))
            : Optional.<ImportWorkers.Owner>empty();
    workers = new WorkerProcesses(directory.resolve("run"), owner, classPath);
    TestDirectories.makePassable(directory.resolve("run"));
    TestDirectories.makePassable(directory.resolve("jars"));
    var digest = SampleImage.of(BASE).push(registry, "app", "1");
    var image = pull(store(), "app:1");
    for (var file :
        List.of(image.layers().getFirst().erofs(), root.resolve("blobs/sha256/" + digest.hex()))) {
      assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(me);
      assertThat(Files.getAttribute(file, "unix:gid"))
          .isEqualTo(Files.getAttribute(root, "unix:gid"));
    }
    assertNothingLeft();
  }

  @Test
  void refusesPlainHttpWhereTlsIsAMust() {
    var address = new RegistryAddress(registry.address(), false);
    assertThatExceptionOfType(InsecureRegistryRefused.class)
        .isThrownBy(address::speaksPlainHttp)
        .withMessageContaining(registry.address())
        .withMessageContaining("insecure-registries");
  }

  @Test
  void pullsByDigest() throws IOException {
    var digest = SampleImage.of(BASE).push(registry, "app", "1");
    var image = pull(store(), "app@" + digest);
    assertThat(image.tags()).isEmpty();
    assertThat(store().find(registry.address() + "/app@" + digest)).isPresent();
  }

  @Test
  void removesWhatNoOtherImageNeeds() throws IOException {
    SampleImage.of(BASE).push(registry, "one", "1");
    SampleImage.of(BASE, TOP).push(registry, "two", "1");
    var store = store();
    var one = pull(store, "one:1");
    var two = pull(store, "two:1");
    var removal = store.remove(registry.ref("two:1").familiar(), false, _ -> false);
    assertThat(removal.deleted()).containsExactly(two.id());
    assertThat(removal.untagged())
        .containsExactly(registry.ref("two:1").familiar(), two.repoDigests().getFirst().familiar());
    assertThat(store.list()).extracting(Image::id).containsExactly(one.id());
    assertThat(two.layers().getFirst().erofs()).exists();
    assertThat(two.layers().getLast().erofs()).doesNotExist();
    store.remove(one.id().shortHex(), false, _ -> false);
    try (var blobs = Files.list(root.resolve("blobs/sha256"))) {
      assertThat(blobs).isEmpty();
    }
  }

  @Test
  void neverDeletesAnImageThatAContainerUses() throws IOException {
    SampleImage.of(BASE).push(registry, "app", "1");
    var store = store();
    var image = pull(store, "app:1");
    var name = registry.ref("app:1").familiar();
    assertThatExceptionOfType(ImageInUse.class)
        .isThrownBy(() -> store.remove(name, false, _ -> true));
    assertThatExceptionOfType(ImageInUse.class)
        .isThrownBy(() -> store.remove(image.id().toString(), true, _ -> true));
    assertThat(store.remove(name, true, _ -> true).deleted()).isEmpty();
    assertThat(store.find(image.id().toString())).isPresent();
    assertThat(image.layers().getFirst().erofs()).exists();
  }

  @Test
  void mendsAnImageThatLostALayer() throws IOException {
    SampleImage.of(BASE, TOP).push(registry, "app", "1");
    var store = store();
    var image = pull(store, "app:1");
    Files.delete(image.layers().getFirst().erofs());
    assertThat(store.list()).isEmpty();
    assertThat(pull(store, "app:1")).isEqualTo(image);
  }

  private void assertNothingLeft() throws IOException {
    try (var ingests = Files.list(root.resolve("ingest"))) {
      assertThat(ingests).isEmpty();
    }
    try (var run = Files.list(directory.resolve("run"))) {
      assertThat(run).allMatch(file -> file.toString().endsWith(".log"));
    }
    assertThat(workers.started).noneMatch(Process::isAlive);
  }
}
