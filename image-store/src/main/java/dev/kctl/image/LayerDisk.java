package dev.kctl.image;

import java.nio.file.Path;

/**
 * A disk for a guest: one layer, or the lower layers of an image that has many.
 *
 * @param id digest of the layer's uncompressed tar, or the chain id of the layers
 * @param erofs read-only file; never written again
 * @param bytes the file's size
 */
public record LayerDisk(Digest id, Path erofs, long bytes) {}
