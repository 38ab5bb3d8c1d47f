package dev.kctl.image;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes one disk of the disks of several layers; the same layers always give the same bytes. */
final class Flattener {
  /** Twice what one layer may have, and still safe with the worker's heap. */
  static final LayerLimits LIMITS =
      new LayerLimits(2_000_000, 128L << 20, Long.MAX_VALUE, 1L << 40, 2048);

  private Flattener() {}

  /**
   * Writes the disk. It is neither synced nor renamed here, and what there is of it stays behind
   * after a failure.
   *
   * @param layers disks of the layers, the base first
   * @param chainId what the layers together are called, see {@link LowerLayers}
   */
  static void flatten(List<Path> layers, Path target, Digest chainId, LayerLimits limits) {
    var readers = new ArrayList<ErofsReader>();
    try (var writer = new ErofsWriter(target, limits.imageBytes())) {
      for (var layer : layers) {
        readers.add(new ErofsReader(layer));
      }
      writer.finish(new LayerMerge(readers, limits, writer).merge(), chainId);
    } finally {
      readers.forEach(ErofsReader::close);
    }
  }
}
