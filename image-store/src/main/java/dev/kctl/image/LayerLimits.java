package dev.kctl.image;

/**
 * How much one layer may ask for before it is refused with {@link LayerTooBig}.
 *
 * @param entries tar entries, so that the tree fits the import worker's heap
 * @param metadataBytes names, link targets and extended attributes held in memory
 * @param tarBytes uncompressed tar, against decompression bombs
 * @param imageBytes EROFS image, against sparse files that expand
 * @param depth directories below each other
 */
public record LayerLimits(
    int entries, long metadataBytes, long tarBytes, long imageBytes, int depth) {
  /** Far above any layer seen, and safe with a heap of 512 MiB. */
  public static final LayerLimits DEFAULT =
      new LayerLimits(1_000_000, 64L << 20, 64L << 30, 64L << 30, 2048);

  public LayerLimits {
    if (entries < 1 || metadataBytes < 1 || tarBytes < 1 || imageBytes < 1 || depth < 1) {
      throw new IllegalArgumentException("layer limits are positive");
    }
  }
}
