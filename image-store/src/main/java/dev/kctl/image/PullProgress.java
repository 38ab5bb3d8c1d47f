package dev.kctl.image;

/** One step of a pull, in Docker's terms. The id of a layer is its blob's first 12 hex digits. */
public sealed interface PullProgress {

  /** A step of one layer. */
  sealed interface Layer extends PullProgress {
    /** First 12 hex digits of the layer's blob digest. */
    String id();
  }

  /**
   * The name was looked up in the registry.
   *
   * @param digest what the tag leads to: of the index where there is one
   */
  record Resolved(ImageRef ref, Digest digest) implements PullProgress {}

  /** The layer has to be fetched. */
  record PullingFsLayer(String id) implements Layer {}

  /** The layer is here already. */
  record AlreadyExists(String id) implements Layer {}

  /**
   * Bytes arrive.
   *
   * @param total as the manifest says, in bytes
   */
  record Downloading(String id, long current, long total) implements Layer {}

  /** All bytes are here and their digest is compared. */
  record VerifyingChecksum(String id) implements Layer {}

  /** The digest is right. */
  record DownloadComplete(String id) implements Layer {}

  /** The layer's disk is written; most of that happened while it arrived. */
  record Extracting(String id, long current, long total) implements Layer {}

  /** The layer is ready. */
  record PullComplete(String id) implements Layer {}

  /**
   * The lower layers are made into one disk.
   *
   * @param layers how many
   */
  record Flattening(int layers) implements PullProgress {}

  /**
   * The pull succeeded.
   *
   * @param newer false where the image was complete here before
   */
  record Pulled(ImageRef ref, Digest digest, boolean newer) implements PullProgress {}
}
