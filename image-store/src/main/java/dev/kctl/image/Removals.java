package dev.kctl.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** Takes names and images away, by the rules of {@code docker rmi}; within the store's lock. */
final class Removals {
  private final StoreLayout layout;
  private final RefIndex refs;
  private final StoredImage.Reader reader;

  Removals(StoreLayout layout, RefIndex refs, StoredImage.Reader reader) {
    this.layout = layout;
    this.refs = refs;
    this.reader = reader;
  }

  /** A removal asked for: what the user wrote, and the image it leads to. */
  record Request(String nameOrId, Image image, boolean force, Predicate<Image> inUse) {}

  Removal byName(Request request, ImageRef name) throws IOException {
    var image = request.image();
    var last = image.tags().stream().allMatch(tag -> tag.equals(name));
    var used = last && request.inUse().test(image);
    if (used && !request.force()) {
      throw ImageInUse.of(
          request.nameOrId(), "a container uses it: remove the container first, or untag with -f");
    }
    var doomed = new ArrayList<String>();
    doomed.add(name.canonical());
    if (image.tags().stream().noneMatch(t -> !t.equals(name) && t.name().equals(name.name()))
        && !used) {
      doomed.addAll(digestsOf(image, name.name()));
    }
    return remove(image, doomed);
  }

  Removal byId(Request request) throws IOException {
    var image = request.image();
    var repositories = new LinkedHashSet<String>();
    image.tags().forEach(tag -> repositories.add(tag.name()));
    if (repositories.size() > 1 && !request.force()) {
      throw ImageInUse.of(
          request.nameOrId(),
          "it has names in several repositories " + repositories + ": remove them all with -f");
    }
    if (request.inUse().test(image)) {
      throw ImageInUse.of(request.nameOrId(), "a container uses it: remove the container first");
    }
    var doomed = new ArrayList<String>();
    image.tags().forEach(tag -> doomed.add(tag.canonical()));
    image.repoDigests().forEach(d -> doomed.add(d.repository() + "@" + d.digest()));
    return remove(image, doomed);
  }

  private static List<String> digestsOf(Image image, String repository) {
    return image.repoDigests().stream()
        .filter(digest -> digest.repository().equals(repository))
        .map(digest -> digest.repository() + "@" + digest.digest())
        .toList();
  }

  private Removal remove(Image image, List<String> doomed) throws IOException {
    var all = refs.read();
    var untagged = new ArrayList<String>();
    for (var name : doomed) {
      if (all.remove(name) != null) {
        untagged.add(ImageRef.parse(name).familiar());
      }
    }
    refs.write(all);
    var gone = all.values().stream().noneMatch(manifest -> leadsTo(manifest, image));
    sweep(all);
    return new Removal(untagged, gone ? List.of(image.id()) : List.of());
  }

  private boolean leadsTo(Descriptor manifest, Image image) {
    return reader
        .read(manifest.digest())
        .map(StoredImage::id)
        .filter(image.id()::equals)
        .isPresent();
  }

  /** Deletes what no name leads to, unless a pull counts on what it saw. */
  void sweep(SortedMap<String, Descriptor> all) throws IOException {
    if (Ingest.sweep(layout)) {
      return;
    }
    Set<Digest> manifests = new LinkedHashSet<>();
    Set<Digest> blobs = new LinkedHashSet<>();
    Set<Digest> layers = new LinkedHashSet<>();
    Set<Digest> flattened = new LinkedHashSet<>();
    for (var entry : all.entrySet()) {
      var image = reader.read(entry.getValue().digest());
      if (image.isEmpty()) {
        // Its parts are not known: nothing can be told from garbage until it is pulled again.
        return;
      }
      manifests.add(entry.getValue().digest());
      blobs.add(image.get().manifest().config().digest());
      image.get().manifest().layers().forEach(layer -> blobs.add(layer.digest()));
      var diffIds = image.get().metadata().diffIds();
      layers.addAll(diffIds);
      LowerLayers.of(diffIds).map(LowerLayers::chainId).ifPresent(flattened::add);
      var root = ImageRef.parse(entry.getKey()).digest();
      if (root != null) {
        blobs.add(root);
      }
    }
    blobs.addAll(manifests);
    reader.retain(manifests);
    delete(layout.allBlobs(), blobs, layout::blob);
    delete(layout.allLayers(), layers, layout::layer);
    delete(layout.allFlattened(), flattened, layout::flattened);
  }

  private static void delete(Set<Digest> all, Set<Digest> needed, Function<Digest, Path> place)
      throws IOException {
    for (var digest : all) {
      if (!needed.contains(digest)) {
        Files.deleteIfExists(place.apply(digest));
      }
    }
  }
}
