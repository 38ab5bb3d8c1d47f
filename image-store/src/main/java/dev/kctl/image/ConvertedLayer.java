package dev.kctl.image;

/**
 * What one pass over a layer's blob found. The converter verifies nothing: the caller compares the
 * digests with those it was promised before it lets the EROFS image into the store.
 *
 * @param blobDigest of the compressed bytes
 * @param diffId of the tar inside
 * @param blobBytes compressed size
 * @param tarBytes uncompressed size
 * @param erofsBytes length of the EROFS image; holes make it occupy less
 * @param entries files, directories and other inodes in the image
 */
public record ConvertedLayer(
    Digest blobDigest,
    Digest diffId,
    long blobBytes,
    long tarBytes,
    long erofsBytes,
    int entries) {}
