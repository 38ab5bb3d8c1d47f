package dev.kctl.image;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Pulls one image: has a worker fetch what is missing, checks it, takes it in, names it. */
final class Puller {
  private static final int PARALLEL = 2;

  private final StoreLayout layout;
  private final StoreLock lock;
  private final RefIndex refs;
  private final StoredImage.Reader reader;
  private final ImportWorkers workers;
  private final LayerFlattening flattening;

  Puller(
      StoreLayout layout,
      StoreLock lock,
      RefIndex refs,
      StoredImage.Reader reader,
      ImportWorkers workers,
      LayerFlattening flattening) {
    this.layout = layout;
    this.lock = lock;
    this.refs = refs;
    this.reader = reader;
    this.workers = workers;
    this.flattening = flattening;
  }

  /** Pulls and returns the manifest's digest. */
  Digest pull(PullRequest pull, ProgressListener listener) throws IOException {
    try (var ingest = lock.locked(() -> Ingest.create(layout, workers.owner()))) {
      var request =
          new ImportRequest(
              pull.ref(),
              pull.platform().orElseGet(Platform::host),
              pull.auth(),
              pull.insecureRegistries(),
              pull.trust(),
              ingest.directory(),
              layout.allBlobs(),
              layout.allLayers(),
              PARALLEL);
      var outcome = new ImportSession(workers).run(ingest.id(), request, listener);
      if (!(outcome instanceof ImportMessage.Done done)) {
        throw WorkerFailed.of("it flattened layers where it was to fetch an image", null);
      }
      ingest.reclaim();
      var taken = takeIn(ingest.directory(), pull.ref(), done);
      flattening.ensure(pull.ref(), taken.diffIds(), listener);
      var newer = lock.locked(() -> name(pull.ref(), done.root(), taken.descriptor()));
      listener.on(new PullProgress.Pulled(pull.ref(), done.root(), newer));
      return done.manifest();
    } catch (ClosedByInterruptException | FileLockInterruptionException e) {
      throw PullCancelled.of(pull.ref());
    }
  }

  /** What came into the store, still without a name. */
  private record Taken(Descriptor descriptor, List<Digest> diffIds) {}

  /** Only what the manifest names is taken, under the name it has there. */
  private Taken takeIn(Path from, ImageRef ref, ImportMessage.Done done) throws IOException {
    var manifest = small(from, ref, done.manifest());
    if (!(Manifest.parse(ref, manifest, "") instanceof Manifest.Single image)) {
      throw WorkerFailed.of("it chose an index as the image", null);
    }
    var metadata = ImageMetadata.parse(ref, small(from, ref, image.config().digest()));
    if (!done.root().equals(done.manifest())) {
      small(from, ref, done.root());
    }
    for (var i = 0; i < image.layers().size(); i++) {
      var layer = image.layers().get(i);
      take(blobIn(from, layer.digest()), layout.blob(layer.digest()), "rw-------", layer.size());
      var diffId = metadata.diffIds().get(i);
      take(from.resolve(diffId.hex() + ".erofs"), layout.layer(diffId), "r--r--r--", -1);
    }
    for (var digest : List.of(done.root(), done.manifest(), image.config().digest())) {
      if (Files.exists(blobIn(from, digest), LinkOption.NOFOLLOW_LINKS)) {
        layout.adopt(blobIn(from, digest), layout.blob(digest), "rw-------");
      }
    }
    StoreLayout.syncDirectory(layout.blobs());
    StoreLayout.syncDirectory(layout.layers());
    return new Taken(
        new Descriptor(image.mediaType(), done.manifest(), manifest.length, null),
        metadata.diffIds());
  }

  private static Path blobIn(Path directory, Digest digest) {
    return directory.resolve(digest.hex() + ".blob");
  }

  /** Reads a manifest or configuration of the worker's and believes it its digest only. */
  private static byte[] small(Path from, ImageRef ref, Digest digest) throws IOException {
    var file = blobIn(from, digest);
    Ingest.checkRegular(file, Manifest.LARGEST);
    var bytes = Files.readAllBytes(file);
    var actual = Digest.of(bytes);
    if (!actual.equals(digest)) {
      throw DigestMismatch.of("what the worker fetched of " + ref, digest, actual);
    }
    return bytes;
  }

  private void take(Path file, Path target, String mode, long size) throws IOException {
    if (Files.exists(target)) {
      return;
    }
    Ingest.checkRegular(file, Long.MAX_VALUE);
    if (size >= 0 && Files.size(file) != size) {
      throw WorkerFailed.of(
          file.getFileName() + " has " + Files.size(file) + " bytes, not " + size, null);
    }
    layout.adopt(file, target, mode);
  }

  /** Whether the name leads elsewhere than before. */
  private boolean name(ImageRef ref, Digest root, Descriptor manifest) throws IOException {
    var all = refs.read();
    var names = new ArrayList<>(List.of(ref.withDigest(root).canonical()));
    if (ref.tag() != null && ref.digest() == null) {
      names.add(ref.canonical());
    }
    var newer = false;
    for (var name : names) {
      var before = all.put(name, manifest);
      newer |= before == null || !before.digest().equals(manifest.digest());
    }
    if (reader.read(manifest.digest()).isEmpty()) {
      throw StoreDamaged.of("the image just pulled is not complete: pull it again", null);
    }
    refs.write(all);
    return newer;
  }
}
