package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;

/** A layer of any bytes becomes a bounded image, or is refused by name. */
class LayerFuzzTest {
  private static final LayerLimits LIMITS = new LayerLimits(1000, 1 << 20, 1 << 22, 1 << 22, 64);

  @TempDir private Path directory;

  @FuzzTest(maxDuration = "1m")
  void makesAnImageOrRefusesTheLayer(FuzzedDataProvider data) throws IOException {
    var mediaType = data.pickValue(new String[] {TestLayer.TAR, TestLayer.GZIP, TestLayer.ZSTD});
    convert(mediaType, data.consumeRemainingAsBytes());
  }

  @FuzzTest(maxDuration = "1m")
  void makesAnImageOrRefusesTheTar(byte[] tar) throws IOException {
    for (var at = 0; at + 512 <= tar.length; at += 512) {
      // Otherwise hardly any change would get past the checksum.
      var block = Arrays.copyOfRange(tar, at, at + 512);
      if (block[257] == 'u') {
        TarBuilder.checksum(block);
        System.arraycopy(block, 0, tar, at, 512);
      }
    }
    convert(TestLayer.TAR, tar);
  }

  private void convert(String mediaType, byte[] blob) throws IOException {
    var target = directory.resolve("layer.erofs");
    try {
      var layer =
          new LayerConverter(LIMITS)
              .convert(new ByteArrayInputStream(blob), mediaType, target, _ -> {});
      assertThat(layer.blobDigest()).isEqualTo(Digest.of(blob));
      assertThat(layer.entries()).isLessThanOrEqualTo(LIMITS.entries() + 1);
      assertThat(Files.size(target)).isEqualTo(layer.erofsBytes());
    } catch (ImageException expected) {
      assertThat(expected.getMessage()).matches("[^\\p{Cntrl}]+");
    }
    if (Files.exists(target)) {
      assertThat(Files.size(target)).isLessThanOrEqualTo(LIMITS.imageBytes());
    }
    try (var all = Files.list(directory)) {
      assertThat(all).allMatch(target::equals);
    }
  }
}
