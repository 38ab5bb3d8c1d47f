package dev.kctl.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One image from a registry into a directory: what an import worker does with its life. */
final class ImageImport {
  private final ImportRequest request;
  private final RegistryTransport transport;
  private final Consumer<PullProgress> steps;

  ImageImport(ImportRequest request, RegistryTransport transport, Consumer<PullProgress> steps) {
    this.request = request;
    this.transport = transport;
    this.steps = steps;
  }

  /** A document and what the registry called it. */
  private static final class Document {
    private final byte[] bytes;
    private final String mediaType;
    private final Digest digest;

    Document(byte[] bytes, String mediaType) {
      this.bytes = bytes;
      this.mediaType = mediaType;
      digest = Digest.of(bytes);
    }
  }

  /** Fetches and converts everything that is missing. */
  ImportMessage.Done run() {
    var root = manifest(request.ref().qualifier(), request.ref().digest());
    steps.accept(new PullProgress.Resolved(request.ref(), root.digest));
    var document = root;
    var parsed = Manifest.parse(request.ref(), root.bytes, root.mediaType);
    if (parsed instanceof Manifest.Index index) {
      var chosen = index.choose(request.ref(), request.platform());
      document = manifest(chosen.digest().toString(), chosen.digest());
      parsed = Manifest.parse(request.ref(), document.bytes, chosen.mediaType());
    }
    if (!(parsed instanceof Manifest.Single image)) {
      throw NotAManifest.of(request.ref(), "it is an index within an index");
    }
    var missing = missingLayers(image, configuration(image));
    fetch(missing);
    return new ImportMessage.Done(root.digest, document.digest);
  }

  private Document manifest(String qualifier, @Nullable Digest expected) {
    var document =
        document(
            "manifest " + qualifier,
            Manifest.LARGEST,
            reader -> transport.manifest(qualifier, reader));
    verify("the manifest of " + request.ref(), expected, document);
    keep(document);
    return document;
  }

  private ImageMetadata configuration(Manifest.Single image) {
    var descriptor = image.config();
    if (descriptor.size() > Manifest.LARGEST) {
      throw NotAManifest.of(
          request.ref(), "its configuration has " + descriptor.size() + " bytes, more than 4 MiB");
    }
    var document =
        document(
            "configuration " + descriptor.digest(),
            descriptor.size(),
            reader -> transport.blob(descriptor.digest(), reader));
    if (document.bytes.length < descriptor.size()) {
      throw TruncatedBlob.of(descriptor.digest(), document.bytes.length, descriptor.size());
    }
    verify("the configuration of " + request.ref(), descriptor.digest(), document);
    keep(document);
    var metadata = ImageMetadata.parse(request.ref(), document.bytes);
    if (!request.platform().candidates().contains(metadata.platform())) {
      throw PlatformMismatch.of(request.ref(), request.platform(), List.of(metadata.platform()));
    }
    if (metadata.diffIds().size() != image.layers().size()) {
      throw NotAManifest.of(
          request.ref(),
          "it has "
              + image.layers().size()
              + " layers and "
              + metadata.diffIds().size()
              + " diff ids");
    }
    return metadata;
  }

  /** A get of the transport. */
  @FunctionalInterface
  private interface Get {
    void into(RegistryTransport.BodyReader reader) throws IOException;
  }

  /** Gets something small, a second time where the transfer breaks. */
  private Document document(String what, long largest, Get get) {
    try {
      return documentOnce(what, largest, get);
    } catch (IOException _) {
      try {
        return documentOnce(what, largest, get);
      } catch (IOException e) {
        throw RegistryUnreachable.of(request.ref().registry(), what + ": " + e.getMessage(), e);
      }
    }
  }

  private Document documentOnce(String what, long largest, Get get) throws IOException {
    var document = new AtomicReference<Document>();
    get.into(
        (body, mediaType) ->
            document.set(new Document(body.readNBytes(Math.toIntExact(largest) + 1), mediaType)));
    if (document.get().bytes.length > largest) {
      throw RegistryRefused.of(
          request.ref().registry(), what + " is longer than " + largest + " bytes", null);
    }
    return document.get();
  }

  private static void verify(String what, @Nullable Digest expected, Document document) {
    if (expected != null && !document.digest.equals(expected)) {
      throw DigestMismatch.of(what, expected, document.digest);
    }
  }

  private void keep(Document document) {
    var target = request.directory().resolve(document.digest.hex() + ".blob");
    try (var file =
        FileChannel.open(
            target,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      file.write(ByteBuffer.wrap(document.bytes));
      file.force(true);
    } catch (IOException e) {
      throw DiskSpace.isFull(e)
          ? DiskFull.of(request.directory(), e)
          : new LayerNotWritten(target + " cannot be written", e);
    }
  }

  /** Each layer once, however often the manifest has it. */
  private Map<Digest, LayerImport> missingLayers(Manifest.Single image, ImageMetadata metadata) {
    var missing = new LinkedHashMap<Digest, LayerImport>();
    for (var i = 0; i < image.layers().size(); i++) {
      var layer = image.layers().get(i);
      var diffId = metadata.diffIds().get(i);
      Compression.ofMediaType(layer.mediaType());
      if (request.has(layer.digest(), diffId)) {
        steps.accept(new PullProgress.AlreadyExists(layer.digest().shortHex()));
      } else if (!missing.containsKey(layer.digest())) {
        steps.accept(new PullProgress.PullingFsLayer(layer.digest().shortHex()));
        missing.put(layer.digest(), new LayerImport(request, transport, layer, diffId, steps));
      }
    }
    return missing;
  }

  private void fetch(Map<Digest, LayerImport> missing) {
    var pool = Executors.newFixedThreadPool(Math.max(1, request.parallel()));
    try {
      var layers = new ExecutorCompletionService<Void>(pool);
      missing.values().forEach(layer -> layers.submit(layer::run, null));
      for (var i = 0; i < missing.size(); i++) {
        layers.take().get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof ImageException known
          ? known
          : WorkerFailed.of(String.valueOf(e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PullCancelled.of(request.ref());
    } finally {
      pool.shutdownNow();
    }
  }
}
