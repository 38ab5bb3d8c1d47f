package dev.kctl.image;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The images of one root: an OCI layout with each layer's disk beside it. Readers take no lock;
 * pulls, tags and removals of several threads and processes may run at once.
 */
public final class ImageStore {
  private static final int HEX_LENGTH = 64;

  private final StoreLayout layout;
  private final StoreLock lock;
  private final RefIndex refs;
  private final StoredImage.Reader reader;
  private final ImportWorkers workers;
  private final LayerFlattening flattening;
  private final SharedPulls pulls = new SharedPulls();

  private ImageStore(Path root, ImportWorkers workers) {
    layout = new StoreLayout(root.toAbsolutePath().normalize());
    lock = new StoreLock(layout.lock());
    refs = new RefIndex(layout);
    reader = new StoredImage.Reader(layout);
    this.workers = workers;
    flattening = new LayerFlattening(layout, lock, workers);
  }

  /**
   * Opens the store beneath a root, makes it where absent, and clears what dead pulls left.
   *
   * @throws StoreDamaged naming the file that cannot be used
   */
  public static ImageStore open(Path root, ImportWorkers workers) {
    var store = new ImageStore(root, workers);
    store.changing(
        () -> {
          store.layout.create();
          return null;
        });
    store.locked(() -> Ingest.sweep(store.layout));
    store.refs.read();
    return store;
  }

  /** Every image that is complete, newest first. */
  public List<Image> list() {
    record Names(StoredImage image, List<ImageRef> tags, List<RepoDigest> digests) {}
    Map<Digest, Names> byId = new LinkedHashMap<>();
    for (var entry : refs.read().entrySet()) {
      var image = reader.read(entry.getValue().digest());
      if (image.isPresent()) {
        var names =
            byId.computeIfAbsent(
                image.get().id(),
                _ -> new Names(image.get(), new ArrayList<>(), new ArrayList<>()));
        var ref = ImageRef.parse(entry.getKey());
        var digest = ref.digest();
        if (digest == null) {
          names.tags().add(ref);
        } else {
          names.digests().add(new RepoDigest(ref.name(), digest));
        }
      }
    }
    return byId.values().stream()
        .map(names -> names.image().named(names.tags(), names.digests()))
        .sorted(Comparator.comparing(Image::created).reversed())
        .toList();
  }

  /**
   * The image of a name, a full id, or an id prefix that only one image has.
   *
   * @throws AmbiguousImage where several have the prefix
   * @throws InvalidReference where it can be neither
   */
  public Optional<Image> find(String nameOrId) {
    var images = list();
    var hex = idPrefix(nameOrId);
    if (hex.length() == HEX_LENGTH || nameOrId.startsWith("sha256:")) {
      return byPrefix(images, hex);
    }
    if (hex.isEmpty()) {
      return byName(images, ImageRef.parse(nameOrId));
    }
    return byName(images, ImageRef.parse(nameOrId)).or(() -> byPrefix(images, hex));
  }

  private static String idPrefix(String text) {
    var hex = text.startsWith("sha256:") ? text.substring("sha256:".length()) : text;
    return hex.matches("[0-9a-f]{1,64}") ? hex : "";
  }

  private static Optional<Image> byName(List<Image> images, ImageRef ref) {
    var digest = ref.digest();
    return images.stream()
        .filter(
            image ->
                digest == null
                    ? image.tags().contains(ref)
                    : image.repoDigests().contains(new RepoDigest(ref.name(), digest)))
        .findFirst();
  }

  private static Optional<Image> byPrefix(List<Image> images, String hex) {
    var found =
        hex.isEmpty()
            ? List.<Image>of()
            : images.stream().filter(image -> image.id().hex().startsWith(hex)).toList();
    if (found.size() > 1) {
      throw AmbiguousImage.of(hex, found.stream().map(Image::id).toList());
    }
    return found.stream().findFirst();
  }

  /**
   * Pulls an image, or waits for a pull of the same image that is under way, and returns it. An
   * interrupt gives up; the last one to give up ends the pull.
   */
  public Image pull(PullRequest request, ProgressListener listener) {
    var platform = request.platform().orElseGet(Platform::host);
    var key = new SharedPulls.Key(request.ref(), platform);
    return pulls.pull(key, listener, shared -> work(request, shared));
  }

  private Callable<Image> work(PullRequest request, ProgressListener listener) {
    return () ->
        changing(
            () -> {
              var puller = new Puller(layout, lock, refs, reader, workers, flattening);
              var manifest = puller.pull(request, listener);
              var id = reader.read(manifest).map(StoredImage::id);
              return list().stream()
                  .filter(image -> id.isPresent() && image.id().equals(id.get()))
                  .findFirst()
                  .orElseThrow(() -> NoSuchImage.of(request.ref().familiar()));
            });
  }

  /**
   * Gives an image another name; a name that led elsewhere leads here from now on.
   *
   * @throws NoSuchImage where there is no such image
   */
  public void tag(String nameOrId, ImageRef ref) {
    var image = find(nameOrId).orElseThrow(() -> NoSuchImage.of(nameOrId));
    if (ref.digest() != null) {
      throw InvalidReference.of(ref.toString(), "a tag is needed, a digest names nothing anew");
    }
    locked(
        () -> {
          var all = refs.read();
          var manifest =
              all.values().stream()
                  .filter(
                      d ->
                          reader
                              .read(d.digest())
                              .filter(i -> i.id().equals(image.id()))
                              .isPresent())
                  .findFirst()
                  .orElseThrow(() -> NoSuchImage.of(nameOrId));
          all.put(ref.canonical(), manifest);
          refs.write(all);
          return null;
        });
  }

  /**
   * Removes a name, and the image with its last name, by the rules of {@code docker rmi}. Blobs and
   * layers that nothing needs any more go at once, or with the next removal where a pull is under
   * way.
   *
   * @param force with a name: untag even where a container uses the image; with an id: all names
   * @param inUse whether a container needs the image's layers; such an image is never deleted
   */
  public Removal remove(String nameOrId, boolean force, Predicate<Image> inUse) {
    return locked(
        () -> {
          var image = find(nameOrId).orElseThrow(() -> NoSuchImage.of(nameOrId));
          var removals = new Removals(layout, refs, reader);
          var request = new Removals.Request(nameOrId, image, force, inUse);
          var hex = idPrefix(nameOrId);
          if (!hex.isEmpty() && image.id().hex().startsWith(hex)) {
            return removals.byId(request);
          }
          return removals.byName(request, ImageRef.parse(nameOrId));
        });
  }

  private <T extends @Nullable Object> T locked(StoreLock.Change<T> change) {
    return changing(() -> lock.locked(change));
  }

  /** A change that may find the disk full or the store's files out of reach. */
  private <T extends @Nullable Object> T changing(StoreLock.Change<T> change) {
    try {
      return change.make();
    } catch (IOException e) {
      throw DiskSpace.isFull(e)
          ? DiskFull.of(layout.root(), e)
          : StoreDamaged.of(layout.root() + " cannot be used: " + e, e);
    }
  }
}
