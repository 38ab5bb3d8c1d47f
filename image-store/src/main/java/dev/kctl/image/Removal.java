package dev.kctl.image;

import java.util.List;

/**
 * What a removal took away.
 *
 * @param untagged names, then repo digests, as users write them
 * @param deleted ids of images that are gone; none where other names still lead to the image
 */
public record Removal(List<String> untagged, List<Digest> deleted) {}
