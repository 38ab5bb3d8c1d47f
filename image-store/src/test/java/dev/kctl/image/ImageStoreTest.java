package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store without a pull: images are put in place by hand. */
class ImageStoreTest {
  private static final SampleLayer LAYER = new SampleLayer().file("a", "a");

  @TempDir Path root;
  private ImageStore store;
  private StoreLayout layout;

  @BeforeEach
  void open() {
    store = reopen();
    layout = new StoreLayout(root);
  }

  private ImageStore reopen() {
    return ImageStore.open(root, new WorkerProcesses(root));
  }

  /** An image whose only layer holds the seed, under these names. */
  private Digest put(String seed, String... names) throws IOException {
    var image = SampleImage.of(LAYER, new SampleLayer().file("seed", seed));
    var manifest = SampleImage.bytes(image.manifest());
    Files.write(layout.blob(Digest.of(manifest)), manifest);
    Files.write(layout.blob(Digest.of(image.config())), image.config());
    for (var layer : image.layers()) {
      Files.write(layout.blob(Digest.of(layer.blob())), layer.blob());
      Files.write(layout.layer(layer.diffId()), new byte[4096]);
    }
    var refs = new RefIndex(layout);
    var all = new TreeMap<>(refs.read());
    var descriptor =
        new Descriptor(Manifest.OCI_MANIFEST, Digest.of(manifest), manifest.length, null);
    for (var name : names) {
      all.put(ImageRef.parse(name).canonical(), descriptor);
    }
    var pulled = ImageRef.parse(names[0]).withDigest(Digest.of(manifest));
    all.put(pulled.canonical(), descriptor);
    refs.write(all);
    return Digest.of(image.config());
  }

  @Test
  void isAnOciLayout() {
    assertThat(root.resolve("oci-layout")).hasContent("{\"imageLayoutVersion\":\"1.0.0\"}");
    assertThat(store.list()).isEmpty();
  }

  @Test
  void findsByNameIdAndPrefix() throws IOException {
    var id = put("1", "app:1", "other/name");
    for (var name :
        List.of(
            "app:1",
            "docker.io/library/app:1",
            "other/name:latest",
            id.toString(),
            id.hex(),
            id.shortHex(),
            id.toString().substring(0, 12))) {
      assertThat(store.find(name).map(Image::id)).as(name).contains(id);
    }
    assertThat(store.find("app")).isEmpty();
    assertThat(store.find("app:2")).isEmpty();
    assertThat(store.find("f".repeat(64))).isEmpty();
  }

  @Test
  void namesThePrefixThatSeveralImagesShare() throws IOException {
    var first = put("0", "app:0").hex().charAt(0);
    for (var seed = 1; ; seed++) {
      if (put(Integer.toString(seed), "app:" + seed).hex().charAt(0) == first) {
        break;
      }
    }
    assertThatExceptionOfType(AmbiguousImage.class)
        .isThrownBy(() -> store.find(String.valueOf(first)))
        .withMessageContaining("prefix " + first);
  }

  @Test
  void tagsAnImageAndMovesATag() throws IOException {
    var one = put("1", "app:1");
    var two = put("2", "app:2");
    store.tag("app:1", ImageRef.parse("x:y"));
    assertThat(store.find("x:y").orElseThrow().id()).isEqualTo(one);
    store.tag(two.toString(), ImageRef.parse("x:y"));
    assertThat(store.find("x:y").orElseThrow().id()).isEqualTo(two);
    assertThatExceptionOfType(NoSuchImage.class)
        .isThrownBy(() -> store.tag("absent", ImageRef.parse("x:y")));
  }

  @Test
  void untagsAndKeepsTheImageWithAnotherName() throws IOException {
    var id = put("1", "one", "two");
    var removal = store.remove("one", false, _ -> true);
    assertThat(removal.untagged()).hasSize(2).first().isEqualTo("one:latest");
    assertThat(removal.untagged().getLast()).startsWith("one@sha256:");
    assertThat(removal.deleted()).isEmpty();
    assertThat(store.find("two").orElseThrow().id()).isEqualTo(id);
  }

  @Test
  void refusesAnIdWithNamesInSeveralRepositoriesUnlessForced() throws IOException {
    var id = put("1", "one", "two");
    assertThatExceptionOfType(ImageInUse.class)
        .isThrownBy(() -> store.remove(id.hex(), false, _ -> false))
        .withMessageContaining("several repositories");
    assertThat(store.remove(id.hex(), true, _ -> false).deleted()).containsExactly(id);
    assertThat(layout.allBlobs()).isEmpty();
    assertThat(layout.allLayers()).isEmpty();
  }

  @Test
  void namesWhatIsNotThere() {
    assertThatExceptionOfType(NoSuchImage.class)
        .isThrownBy(() -> store.remove("absent", true, _ -> false))
        .withMessage("No such image: absent");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "{}",
        "{\"manifests\":[{\"digest\":\"x\",\"annotations\":{\"org.opencontainers.image.ref.name\":\"a\"}}]}"
      })
  void namesADamagedIndexAndTheRemedy(String content) throws IOException {
    Files.writeString(root.resolve("index.json"), content);
    assertThatExceptionOfType(StoreDamaged.class)
        .isThrownBy(this::reopen)
        .withMessageContaining(root.resolve("index.json").toString())
        .withMessageContaining("move it away");
  }

  @Test
  void hidesAnImageWhosePartsAreDamagedUntilItIsPulledAgain() throws IOException {
    var id = put("1", "app:1");
    Files.writeString(layout.blob(id), "damaged");
    assertThat(reopen().list()).isEmpty();
    assertThat(reopen().find("app:1")).isEmpty();
  }

  @Test
  void clearsWhatADeadPullLeftAndNothingOfALivingOne() throws IOException {
    var dead = Files.createDirectories(root.resolve("ingest/0123456789ab/deep"));
    Files.writeString(dead.resolve("half.blob"), "half");
    Files.createFile(root.resolve("ingest/ba9876543210.lock"));
    try (var living = Ingest.create(layout, Optional.empty())) {
      reopen();
      assertThat(living.directory()).isDirectory();
      try (var left = Files.list(root.resolve("ingest"))) {
        assertThat(left).hasSize(2);
      }
    }
    try (var left = Files.list(root.resolve("ingest"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void keepsGarbageWhileAPullIsUnderWay() throws IOException {
    put("1", "app:1");
    try (var _ = Ingest.create(layout, Optional.empty())) {
      store.remove("app:1", false, _ -> false);
      assertThat(layout.allBlobs()).isNotEmpty();
    }
    put("2", "app:2");
    store.remove("app:2", false, _ -> false);
    assertThat(layout.allBlobs()).isEmpty();
  }

  @Test
  void waitsForAnotherHolderOfItsLock() throws Exception {
    put("1", "app:1");
    try (var file = FileChannel.open(root.resolve("image-store.lock"), StandardOpenOption.WRITE);
        var lock = file.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThat(store.find("app:1")).isPresent();
    }
  }
}
