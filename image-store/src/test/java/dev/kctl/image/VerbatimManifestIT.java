package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever a manifest looks like, the bytes kept are the registry's bytes. */
class VerbatimManifestIT {
  private static final SampleImage IMAGE = SampleImage.of(new SampleLayer().file("a", "a"));

  @SuppressWarnings("NullAway.Init") // by start()
  private static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static LocalRegistry registry;

  @BeforeContainer
  static void start() throws IOException {
    directory = Files.createTempDirectory("verbatim");
    registry = LocalRegistry.start(directory.resolve("registry"));
    IMAGE.pushBlobs(registry, "app");
  }

  @AfterContainer
  static void stop() throws IOException {
    registry.close();
    StoreLayout.deleteTree(directory);
  }

  @Property(tries = 60)
  void storedBytesEqualTheRegistrys(@ForAll("documents") String document) throws IOException {
    var pushed = document.getBytes(StandardCharsets.UTF_8);
    registry.pushManifest("app", "1", Manifest.OCI_MANIFEST, pushed);
    var into = Files.createTempDirectory(directory, "into");
    var request =
        new ImportRequest(
            registry.ref("app:1"),
            Platform.host(),
            Optional.empty(),
            Set.of(),
            RegistryTrust.SYSTEM,
            into,
            Set.of(),
            Set.of(),
            1);
    try (var transport = JibTransport.open(request)) {
      var done = new ImageImport(request, transport, _ -> {}).run();
      assertThat(done.manifest()).isEqualTo(Digest.of(pushed));
      assertThat(into.resolve(done.manifest().hex() + ".blob"))
          .hasBinaryContent(registry.manifest("app", "1", Manifest.OCI_MANIFEST));
    }
  }

  @Provide
  Arbitrary<String> documents() {
    var key = Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(8).map(k -> "x-" + k);
    var value = Arbitraries.strings().ofMaxLength(12).filter(VerbatimManifestIT::survives);
    var annotations = Arbitraries.maps(key, value).ofMaxSize(4);
    var artifactType = Arbitraries.of("", "application/vnd.example.thing");
    var spaces = Arbitraries.of("", " ", "\n\t");
    return Combinators.combine(annotations, annotations, artifactType, spaces)
        .as(VerbatimManifestIT::document);
  }

  /** Lone halves of surrogate pairs have no bytes. */
  private static boolean survives(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).equals(text);
  }

  private static String document(
      Map<String, String> annotations,
      Map<String, String> unknown,
      String artifactType,
      String space) {
    var manifest = IMAGE.manifest();
    annotations.forEach(manifest.putObject("annotations")::put);
    annotations.forEach(((ObjectNode) manifest.get("config")).putObject("annotations")::put);
    unknown.forEach(manifest::put);
    if (!artifactType.isEmpty()) {
      manifest.put("artifactType", artifactType);
    }
    return space + manifest.toString().replace("\"layers\":", space + "\"layers\"" + space + ":");
  }
}
