package dev.kctl.image;

import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sees to it that the lower layers of an image with many are there as one disk. A worker of its own
 * makes it, once for all images that have the same lower layers.
 */
final class LayerFlattening {
  private final StoreLayout layout;
  private final StoreLock lock;
  private final ImportWorkers workers;

  /** By chain id: who comes second finds the work done. */
  private final Map<Digest, ReentrantLock> underWay = new ConcurrentHashMap<>();

  LayerFlattening(StoreLayout layout, StoreLock lock, ImportWorkers workers) {
    this.layout = layout;
    this.lock = lock;
    this.workers = workers;
  }

  /**
   * Returns when the disk is there, or at once where the image needs none. Its layers are in the
   * store, and the caller's pull keeps them there.
   */
  void ensure(ImageRef ref, List<Digest> diffIds, ProgressListener listener) throws IOException {
    var lower = LowerLayers.of(diffIds);
    if (lower.isEmpty() || Files.exists(layout.flattened(lower.get().chainId()))) {
      return;
    }
    var mine = underWay.computeIfAbsent(lower.get().chainId(), _ -> new ReentrantLock());
    try {
      mine.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PullCancelled.of(ref);
    }
    try {
      if (!Files.exists(layout.flattened(lower.get().chainId()))) {
        listener.on(new PullProgress.Flattening(lower.get().diffIds().size()));
        flatten(ref, lower.get(), listener);
      }
    } finally {
      mine.unlock();
    }
  }

  private void flatten(ImageRef ref, LowerLayers lower, ProgressListener listener)
      throws IOException {
    try (var ingest = lock.locked(() -> Ingest.create(layout, workers.owner()))) {
      for (var diffId : new LinkedHashSet<>(lower.diffIds())) {
        // The worker's user sees no other place; it may read the file, and not write it.
        var name = diffId.hex() + ".erofs";
        Files.createLink(ingest.directory().resolve(name), layout.layer(diffId));
      }
      var request = new FlattenRequest(ref, ingest.directory(), lower);
      var outcome = new ImportSession(workers).run(ingest.id(), request, listener);
      if (!(outcome instanceof ImportMessage.Flattened)) {
        throw WorkerFailed.of("it fetched an image where it was to flatten layers", null);
      }
      ingest.reclaim();
      Ingest.checkRegular(request.target(), Long.MAX_VALUE);
      layout.adopt(request.target(), layout.flattened(lower.chainId()), "r--r--r--");
      StoreLayout.syncDirectory(layout.flattenings());
    }
  }
}
