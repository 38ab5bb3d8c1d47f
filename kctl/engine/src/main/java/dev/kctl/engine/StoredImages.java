package dev.kctl.engine;

import dev.kctl.image.Image;
import dev.kctl.image.ImageStore;
import dev.kctl.image.ProgressListener;
import dev.kctl.image.PullRequest;
import dev.kctl.image.Removal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The image store; what was found once is remembered until an image comes or goes. */
final class StoredImages implements Images {
  private static final int REMEMBERED = 256;

  private final ImageStore store;
  private final Map<String, Image> found = new ConcurrentHashMap<>();

  StoredImages(ImageStore store) {
    this.store = store;
  }

  @Override
  public List<Image> list() {
    return store.list();
  }

  @Override
  public Optional<Image> find(String nameOrId) {
    var known = found.get(nameOrId);
    if (known != null) {
      return Optional.of(known);
    }
    var image = store.find(nameOrId);
    if (found.size() >= REMEMBERED) {
      found.clear();
    }
    image.ifPresent(present -> found.put(nameOrId, present));
    return image;
  }

  @Override
  public Image pull(PullRequest request, ProgressListener listener) {
    try {
      return store.pull(request, listener);
    } finally {
      found.clear();
    }
  }

  @Override
  public Removal remove(String nameOrId, boolean force, Predicate<Image> inUse) {
    try {
      return store.remove(nameOrId, force, inUse);
    } finally {
      found.clear();
    }
  }
}
