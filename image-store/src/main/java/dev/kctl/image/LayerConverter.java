package dev.kctl.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** Turns a layer's blob into an EROFS image in one streaming pass, without unpacking anything. */
public final class LayerConverter {
  private final LayerLimits limits;
  private final GzipLibrary library;

  public LayerConverter(LayerLimits limits) {
    this(limits, GzipLibrary.fastest());
  }

  LayerConverter(LayerLimits limits, GzipLibrary library) {
    this.limits = limits;
    this.library = library;
  }

  /**
   * Reads the blob to its end and writes the layer's EROFS image. The image is neither synced nor
   * renamed here, and what there is of it stays behind after a failure: both are the caller's.
   *
   * @param blob compressed bytes; read on a thread of the converter's own, and closed at a failure
   *     so that a read under way ends
   * @param mediaType of the layer's descriptor; where the bytes are packed in another way than it
   *     says, the bytes decide, as with Docker
   * @param target replaced if it exists
   * @param progress told the compressed bytes read so far, on the converter's thread
   * @throws IOException when reading the blob fails: the very exception its stream threw
   * @throws ImageException when the layer is refused, or its image cannot be written
   */
  public ConvertedLayer convert(
      InputStream blob, String mediaType, Path target, LongConsumer progress) throws IOException {
    var declared = Compression.ofMediaType(mediaType);
    try (var pipeline = new LayerPipeline(blob, declared, limits.tarBytes(), library, progress)) {
      return convert(pipeline, target);
    }
  }

  private ConvertedLayer convert(LayerPipeline pipeline, Path target) throws IOException {
    pipeline.start();
    try (var writer = new ErofsWriter(target, limits.imageBytes())) {
      var input = new ChunkInput(pipeline.tar());
      var tree = new LayerBuilder(new TarReader(input), limits, writer).build();
      input.drain();
      var hashed = pipeline.finish();
      var image = writer.finish(tree.root(), hashed.diffId());
      return new ConvertedLayer(
          hashed.blobDigest(),
          hashed.diffId(),
          hashed.blobBytes(),
          hashed.tarBytes(),
          image.bytes(),
          image.inodes());
    } catch (PipelineStopped _) {
      throw pipeline.failure();
    }
  }
}
