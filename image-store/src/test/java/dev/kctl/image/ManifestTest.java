package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {
  private static final ImageRef REF = ImageRef.parse("example.org/app");
  private static final String DIGEST = "sha256:" + "ab".repeat(32);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<html>no</html> | it is no JSON",
        "[] | it is no JSON object",
        "'' | it is no JSON object",
        "{} | schemaVersion is not 2",
        "{\"schemaVersion\":1} | schema 1",
        "{\"schemaVersion\":2} | neither manifests nor config",
        "{\"schemaVersion\":2,\"manifests\":7} | a list of descriptors is none",
        "{\"schemaVersion\":2,\"manifests\":[{}]} | a descriptor has digest",
        "{\"schemaVersion\":2,\"mediaType\":\"x/y\",\"manifests\":[]} | media type is x/y",
      })
  void namesWhatIsWrong(String document, String why) {
    assertThatExceptionOfType(NotAManifest.class)
        .isThrownBy(() -> parse(document))
        .withMessageContaining("example.org/app:latest")
        .withMessageContaining(why);
  }

  @Test
  void refusesAnArtifactNamingItsType() {
    var chart =
        """
        {"schemaVersion":2,"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json",
         "digest":"%1$s","size":2},"layers":[{"mediaType":"x","digest":"%1$s","size":2}]}
        """
            .formatted(DIGEST);
    assertThatExceptionOfType(NotAManifest.class)
        .isThrownBy(() -> parse(chart))
        .withMessageContaining("artifact of type application/vnd.cncf.helm");
  }

  @Test
  void refusesMoreLayersThanCanBeMounted() {
    var image = SampleImage.of(new SampleLayer().file("a", "a")).manifest();
    var layers = image.withArray("layers");
    for (var i = 0; i < 127; i++) {
      layers.add(layers.get(0).deepCopy());
    }
    assertThatExceptionOfType(NotAManifest.class)
        .isThrownBy(() -> Manifest.parse(REF, SampleImage.bytes(image), ""))
        .withMessageContaining("128 layers");
  }

  @Test
  void takesTheDocumentsWordOverTheRegistrysAndOciWhereBothAreSilent() {
    var image = SampleImage.of(new SampleLayer().file("a", "a")).manifest();
    image.put("mediaType", Manifest.DOCKER_MANIFEST);
    assertThat(Manifest.parse(REF, SampleImage.bytes(image), Manifest.OCI_MANIFEST).mediaType())
        .isEqualTo(Manifest.DOCKER_MANIFEST);
    image.remove("mediaType");
    assertThat(Manifest.parse(REF, SampleImage.bytes(image), "application/json").mediaType())
        .isEqualTo(Manifest.OCI_MANIFEST);
  }

  @Test
  void choosesTheNewestVariantThatRuns() {
    var index = index("linux/amd64", "linux/arm/v5", "linux/arm/v6", "windows/arm/v7");
    assertThat(index.choose(REF, Platform.parse("linux/arm/v7")).platform())
        .hasToString("linux/arm/v6");
  }

  @Test
  void neverChoosesAnAttestation() {
    var index = index("unknown/unknown", "linux/amd64");
    assertThatExceptionOfType(PlatformMismatch.class)
        .isThrownBy(() -> index.choose(REF, Platform.parse("linux/s390x")))
        .withMessageContaining("linux/s390x")
        .withMessageContaining("[linux/amd64]")
        .withMessageContaining("--platform");
  }

  private static Manifest.Index index(String... platforms) {
    var json = Json.MAPPER.createObjectNode().put("schemaVersion", 2);
    var all = json.putArray("manifests");
    for (var text : platforms) {
      var platform = Platform.parse(text);
      all.addObject()
          .put("mediaType", Manifest.OCI_MANIFEST)
          .put("digest", DIGEST)
          .put("size", 7)
          .putObject("platform")
          .put("os", platform.os())
          .put("architecture", platform.architecture())
          .put("variant", platform.variant());
    }
    return (Manifest.Index) Manifest.parse(REF, SampleImage.bytes(json), Manifest.OCI_INDEX);
  }

  private static Manifest parse(String document) {
    return Manifest.parse(REF, document.getBytes(StandardCharsets.UTF_8), "application/json");
  }
}
