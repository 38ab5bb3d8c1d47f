package dev.kctl.image;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.zip.GZIPOutputStream;

/** Converts layers for tests, in a temporary file that is gone afterwards. */
final class TestLayer {
  static final String TAR = "application/vnd.oci.image.layer.v1.tar";
  static final String GZIP = TAR + "+gzip";
  static final String ZSTD = TAR + "+zstd";

  private TestLayer() {}

  static ErofsImage of(TarBuilder tar) {
    return of(tar.bytes(), LayerLimits.DEFAULT);
  }

  static ErofsImage of(byte[] tar, LayerLimits limits) {
    try {
      var file = Files.createTempFile("layer", ".erofs");
      try {
        new LayerConverter(limits).convert(new ByteArrayInputStream(tar), TAR, file, _ -> {});
        return ErofsImage.read(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] gzip(byte[] content) {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }
}
