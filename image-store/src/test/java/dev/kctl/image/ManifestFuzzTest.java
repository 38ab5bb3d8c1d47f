package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Whatever a registry calls a manifest is one, or is refused by name. */
class ManifestFuzzTest {
  private static final ImageRef REF = ImageRef.parse("localhost:5000/test/fuzz:1");

  @FuzzTest(maxDuration = "1m")
  void readsAManifestOrSaysWhyItIsNone(byte[] answer) {
    try {
      switch (Manifest.parse(REF, answer, Manifest.OCI_MANIFEST)) {
        case Manifest.Single single ->
            assertThat(single.layers()).hasSizeBetween(1, Manifest.MOST_LAYERS);
        case Manifest.Index index -> index.choose(REF, Platform.parse("linux/amd64"));
      }
    } catch (ImageException expected) {
      assertThat(expected.getMessage()).matches("[^\\p{Cntrl}]+").hasSizeLessThan(1000);
    }
  }
}
