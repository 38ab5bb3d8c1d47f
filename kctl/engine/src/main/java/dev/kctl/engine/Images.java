package dev.kctl.engine;

import dev.kctl.image.Image;
import dev.kctl.image.ProgressListener;
import dev.kctl.image.PullRequest;
import dev.kctl.image.Removal;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What the engine needs of the image store; tests have a store in memory. */
interface Images {
  List<Image> list();

  Optional<Image> find(String nameOrId);

  Image pull(PullRequest request, ProgressListener listener);

  Removal remove(String nameOrId, boolean force, Predicate<Image> inUse);
}
