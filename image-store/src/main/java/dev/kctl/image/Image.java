package dev.kctl.image;

import java.time.Instant;
import java.util.List;

/**
 * An image that is complete on this machine.
 *
 * @param id digest of the configuration, as in Docker
 * @param tags names that lead here; none for a dangling image
 * @param repoDigests where it was pulled from
 * @param rawConfigJson the configuration's bytes as the registry sent them
 * @param diffIds every layer's, the base first
 * @param layers the disks that show them in a guest, the base first
 * @param size bytes of all layers' disks
 */
public record Image(
    Digest id,
    List<ImageRef> tags,
    List<RepoDigest> repoDigests,
    ImageConfig config,
    String rawConfigJson,
    List<Digest> diffIds,
    List<LayerDisk> layers,
    Platform platform,
    Instant created,
    long size) {

  /** Copies the lists. */
  public Image {
    tags = List.copyOf(tags);
    repoDigests = List.copyOf(repoDigests);
    diffIds = List.copyOf(diffIds);
    layers = List.copyOf(layers);
  }
}
