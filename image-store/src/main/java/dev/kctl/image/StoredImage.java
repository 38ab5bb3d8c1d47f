package dev.kctl.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An image as the blobs beneath one manifest tell it, without its names.
 *
 * @param rawConfig the configuration's bytes as text
 * @param layers every layer's disk
 * @param disks those that a guest gets
 */
record StoredImage(
    Manifest.Single manifest,
    ImageMetadata metadata,
    String rawConfig,
    List<LayerDisk> layers,
    List<LayerDisk> disks) {

  Digest id() {
    return manifest.config().digest();
  }

  Image named(List<ImageRef> tags, List<RepoDigest> repoDigests) {
    var size = layers.stream().mapToLong(LayerDisk::bytes).sum();
    return new Image(
        id(),
        tags,
        repoDigests,
        metadata.config(),
        rawConfig,
        metadata.diffIds(),
        disks,
        metadata.platform(),
        metadata.created(),
        size);
  }

  /** Reads images and remembers them: what a digest names never changes. */
  static final class Reader {
    private final StoreLayout layout;
    private final Map<Digest, StoredImage> known = new ConcurrentHashMap<>();

    Reader(StoreLayout layout) {
      this.layout = layout;
    }

    /** The image; empty where a part of it is missing or damaged, so that a pull mends it. */
    Optional<StoredImage> read(Digest manifest) {
      var image = known.get(manifest);
      if (image != null && isThere(image.layers()) && isThere(image.disks())) {
        return Optional.of(image);
      }
      known.remove(manifest);
      try {
        var read = readNow(manifest);
        known.put(manifest, read);
        return Optional.of(read);
      } catch (IOException | NotAManifest | DigestMismatch _) {
        return Optional.empty();
      }
    }

    /** Forgets those that are gone. */
    void retain(Set<Digest> manifests) {
      known.keySet().retainAll(manifests);
    }

    private StoredImage readNow(Digest digest) throws IOException {
      var ref = new ImageRef("docker.io", "library/unnamed", null, digest);
      if (!(Manifest.parse(ref, verified(digest), "") instanceof Manifest.Single manifest)) {
        throw NotAManifest.of(ref, "it is an index");
      }
      var config = verified(manifest.config().digest());
      var metadata = ImageMetadata.parse(ref, config);
      var layers = new ArrayList<LayerDisk>();
      for (var diffId : metadata.diffIds()) {
        layers.add(disk(diffId, layout.layer(diffId)));
      }
      var text = new String(config, StandardCharsets.UTF_8);
      return new StoredImage(
          manifest, metadata, text, List.copyOf(layers), disks(layers, metadata));
    }

    private List<LayerDisk> disks(List<LayerDisk> layers, ImageMetadata metadata)
        throws IOException {
      var disks = new ArrayList<>(layers);
      var lower = LowerLayers.of(metadata.diffIds());
      if (lower.isPresent()) {
        disks.subList(0, lower.get().diffIds().size()).clear();
        var chainId = lower.get().chainId();
        disks.addFirst(disk(chainId, layout.flattened(chainId)));
      }
      return List.copyOf(disks);
    }

    private static LayerDisk disk(Digest id, Path erofs) throws IOException {
      return new LayerDisk(id, erofs, Files.size(erofs));
    }

    private static boolean isThere(List<LayerDisk> disks) {
      return disks.stream().allMatch(disk -> Files.exists(disk.erofs()));
    }

    private byte[] verified(Digest digest) throws IOException {
      var bytes = Files.readAllBytes(layout.blob(digest));
      var actual = Digest.of(bytes);
      if (!actual.equals(digest)) {
        throw DigestMismatch.of(layout.blob(digest).toString(), digest, actual);
      }
      return bytes;
    }
  }
}
