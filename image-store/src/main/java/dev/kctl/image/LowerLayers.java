package dev.kctl.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import java.util.Optional;

/**
 * The layers of an image that share one disk, since no virtual machine has slots for any number.
 *
 * @param diffIds the base first
 */
record LowerLayers(List<Digest> diffIds) {
  /** Every VMM has slots for so many beside its other devices. */
  static final int MOST_DISKS = 12;

  LowerLayers {
    diffIds = List.copyOf(diffIds);
  }

  /** Those of an image: all but the uppermost eleven, where it has more than twelve. */
  static Optional<LowerLayers> of(List<Digest> image) {
    return image.size() <= MOST_DISKS
        ? Optional.empty()
        : Optional.of(new LowerLayers(image.subList(0, image.size() - MOST_DISKS + 1)));
  }

  /** OCI's name for layers on top of each other. */
  Digest chainId() {
    var chain = diffIds.getFirst();
    for (var diffId : diffIds.subList(1, diffIds.size())) {
      chain = Digest.of((chain + " " + diffId).getBytes(US_ASCII));
    }
    return chain;
  }
}
