package dev.kctl.image;

import org.jspecify.annotations.Nullable;

/**
 * What a manifest or an index says of another blob.
 *
 * @param size in bytes
 * @param platform in an index only
 */
record Descriptor(String mediaType, Digest digest, long size, @Nullable Platform platform) {}
