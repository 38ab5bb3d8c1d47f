package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a registry can do wrong: one typed error each, and nothing left behind. */
class FaultyRegistryIT {
  private static final SampleLayer LAYER =
      new SampleLayer().file("noise", SampleLayer.noise(3, 300_000));
  private static final SampleImage IMAGE = SampleImage.of(LAYER);

  @TempDir Path directory;
  private FaultyRegistry registry;
  private ImageStore store;

  @BeforeEach
  void start() throws IOException {
    registry = new FaultyRegistry().serve(IMAGE);
    var run = Files.createDirectory(directory.resolve("run"));
    store = ImageStore.open(directory.resolve("root"), new WorkerProcesses(run));
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    registry.close();
    try (var ingests = Files.list(directory.resolve("root/ingest"))) {
      assertThat(ingests).isEmpty();
    }
  }

  private Image pull() {
    return store.pull(PullRequest.of(registry.ref()), _ -> {});
  }

  private <E extends ImageException> void pullFails(Class<E> type, String... words) {
    assertThatExceptionOfType(type)
        .isThrownBy(this::pull)
        .satisfies(e -> assertThat(e.getMessage()).contains(words))
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1));
    assertThat(store.list()).isEmpty();
    assertThat(directory.resolve("root/index.json")).doesNotExist();
  }

  private String layerPath() {
    return "/v2/app/blobs/" + Digest.of(LAYER.blob());
  }

  @Test
  void pullsWhereNothingIsWrong() {
    assertThat(pull().layers()).hasSize(1);
  }

  @Test
  void namesABlobThatBreaksOffTwice() {
    registry.on(layerPath(), FaultyRegistry.half(LAYER.blob()));
    pullFails(TruncatedBlob.class, "broke off after", "of " + LAYER.blob().length);
  }

  @Test
  void triesABrokenTransferOnceMore() {
    var whole = FaultyRegistry.content("application/octet-stream", LAYER.blob());
    registry.on(layerPath(), FaultyRegistry.once(FaultyRegistry.half(LAYER.blob()), whole));
    assertThat(pull().layers()).hasSize(1);
  }

  @Test
  void namesABlobThatIsShorterThanItsManifestSays() {
    var blob = LAYER.blob();
    registry.blob(blob, Arrays.copyOf(blob, blob.length - 1000));
    pullFails(TruncatedBlob.class, "broke off after " + (blob.length - 1000));
  }

  @Test
  void namesABlobWithOtherBytes() {
    var forged = LAYER.blob();
    forged[forged.length / 2] ^= 1;
    registry.blob(LAYER.blob(), forged);
    pullFails(DigestMismatch.class, Digest.of(LAYER.blob()).hex(), Digest.of(forged).hex());
  }

  @Test
  void stopsABlobThatIsLongerThanItsManifestSays() {
    registry.blob(LAYER.blob(), Arrays.copyOf(LAYER.blob(), LAYER.blob().length + 1));
    pullFails(RegistryRefused.class, "longer than the " + LAYER.blob().length);
  }

  @Test
  void namesALayerThatIsNoArchive() {
    var nonsense = "this is no gzip".getBytes(StandardCharsets.UTF_8);
    var manifest = IMAGE.manifest();
    var layer = (ObjectNode) manifest.withArray("layers").get(0);
    layer.put("digest", Digest.of(nonsense).toString()).put("size", nonsense.length);
    registry.blob(nonsense, nonsense);
    registry.on(
        "/v2/app/manifests/1",
        FaultyRegistry.content(Manifest.OCI_MANIFEST, SampleImage.bytes(manifest)));
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(this::pull)
        .matches(e -> e instanceof MalformedLayer || e instanceof TruncatedLayer);
  }

  @Test
  void namesAnArchiveThatIsNotTheConfigurationsOwn() {
    var other = SampleImage.of(new SampleLayer().file("other", "other"));
    var manifest = IMAGE.manifest();
    manifest.set("config", other.manifest().get("config"));
    registry.blob(other.config(), other.config());
    registry.on(
        "/v2/app/manifests/1",
        FaultyRegistry.content(Manifest.OCI_MANIFEST, SampleImage.bytes(manifest)));
    pullFails(DigestMismatch.class, LAYER.diffId().hex());
  }

  @Test
  void namesAConfigurationWithOtherBytes() {
    var forged = IMAGE.config();
    forged[20] ^= 1;
    registry.blob(IMAGE.config(), forged);
    pullFails(DigestMismatch.class, "configuration", Digest.of(IMAGE.config()).hex());
  }

  @Test
  void namesAPageThatIsNoManifest() {
    registry.on(
        "/v2/app/manifests/1",
        FaultyRegistry.content(
            "text/html", "<html>\u001b[2Jlogin</html>".getBytes(StandardCharsets.UTF_8)));
    pullFails(NotAManifest.class, "it is no JSON", "<html>");
  }

  @Test
  void namesAnImageThatIsNotThere() {
    registry.on("/v2/app/manifests/1", FaultyRegistry.status(404, "{\"errors\":[]}"));
    pullFails(ImageNotFound.class, "repository does not exist", registry.ref().toString());
  }

  @Test
  void namesABlobThatIsNotThere() {
    registry.on(layerPath(), FaultyRegistry.status(404, "{\"errors\":[]}"));
    pullFails(RegistryRefused.class, "404", Digest.of(LAYER.blob()).hex());
  }

  @Test
  void namesARefusalWithoutAChallenge() {
    registry.on("/v2/app/manifests/1", FaultyRegistry.status(401, "no"));
    pullFails(Unauthorized.class, "docker login");
  }

  @Test
  void namesATokenServiceThatRefuses() {
    registry.on(
        "/v2/app/manifests/1",
        exchange -> {
          var realm = "http://" + registry.ref().registry() + "/token";
          exchange
              .getResponseHeaders()
              .set("WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"s\"");
          exchange.sendResponseHeaders(401, -1);
        });
    registry.on("/token", FaultyRegistry.status(403, "{}"));
    pullFails(Unauthorized.class, "docker login");
  }

  @Test
  void answersATokenChallenge() {
    var manifest =
        FaultyRegistry.content(Manifest.OCI_MANIFEST, SampleImage.bytes(IMAGE.manifest()));
    registry.on(
        "/v2/app/manifests/1",
        exchange -> {
          var realm = "http://" + registry.ref().registry() + "/token";
          if ("Bearer T".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            manifest.to(exchange);
            return;
          }
          exchange
              .getResponseHeaders()
              .set("WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"s\"");
          exchange.sendResponseHeaders(401, -1);
        });
    registry.on(
        "/token",
        FaultyRegistry.content(
            "application/json", "{\"token\":\"T\"}".getBytes(StandardCharsets.UTF_8)));
    assertThat(pull().layers()).hasSize(1);
  }

  @Test
  void namesAServerThatFails() {
    registry.on("/v2/app/manifests/1", FaultyRegistry.status(500, "out of order\nsecond line"));
    pullFails(RegistryRefused.class, "500", "out of order");
  }

  @Test
  void namesAnImageForAnotherMachine() {
    var foreign = new SampleImage(Platform.parse("linux/s390x"), IMAGE.layers());
    registry.serve(foreign);
    pullFails(PlatformMismatch.class, "linux/s390x", Platform.host().toString());
  }

  @Test
  void namesARegistryWhereNobodyListens() {
    registry.close();
    var before = System.nanoTime();
    pullFails(RegistryUnreachable.class, registry.ref().registry(), "Connection refused");
    assertThat(System.nanoTime() - before).isLessThan(20_000_000_000L);
  }

  @Test
  void namesAHostThatDoesNotExist() {
    var ref = ImageRef.parse("nowhere.invalid/app:1");
    assertThatExceptionOfType(RegistryUnreachable.class)
        .isThrownBy(() -> store.pull(PullRequest.of(ref), _ -> {}))
        .withMessageContaining("nowhere.invalid")
        .withMessageContaining("no such host");
  }
}
