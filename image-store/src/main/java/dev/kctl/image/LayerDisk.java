package dev.kctl.image;

import java.nio.file.Path;

/**
 * One layer as a disk for a guest.
 *
 * @param diffId digest of the uncompressed tar the layer was made from
 * @param erofs read-only file; never written again
 * @param bytes the file's size
 */
public record LayerDisk(Digest diffId, Path erofs, long bytes) {}
