package dev.kctl.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Fetches one layer and makes its disk, in one pass: registry, blob file and converter. */
final class LayerImport {
  private static final long NANOS_BETWEEN_STEPS = 100_000_000;

  private final ImportRequest request;
  private final RegistryTransport transport;
  private final Descriptor layer;
  private final Digest diffId;
  private final Consumer<PullProgress> steps;
  private long nextStep;

  LayerImport(
      ImportRequest request,
      RegistryTransport transport,
      Descriptor layer,
      Digest diffId,
      Consumer<PullProgress> steps) {
    this.request = request;
    this.transport = transport;
    this.layer = layer;
    this.diffId = diffId;
    this.steps = steps;
  }

  /** Leaves {@code HEX.blob} and {@code DIFFID.erofs}, verified and synced. */
  void run() {
    var id = id();
    try {
      transfer();
    } catch (TruncatedBlob | RegistryUnreachable _) {
      transfer();
    }
    steps.accept(new PullProgress.Extracting(id, layer.size(), layer.size()));
    steps.accept(new PullProgress.PullComplete(id));
  }

  private String id() {
    return layer.digest().shortHex();
  }

  private Path blob() {
    return request.directory().resolve(layer.digest().hex() + ".blob");
  }

  private Path erofs() {
    return request.directory().resolve(diffId.hex() + ".erofs");
  }

  private void transfer() {
    var intake = new AtomicReference<BlobIntake>();
    var converted = new AtomicReference<ConvertedLayer>();
    try {
      transport.blob(
          layer.digest(),
          (body, _) -> {
            try (var blob = new BlobIntake(body, blob(), layer.size(), this::downloading)) {
              intake.set(blob);
              converted.set(convert(blob));
              blob.sync();
            }
          });
      verify(converted.get());
      sync(erofs());
    } catch (IOException e) {
      throw failure(e, intake.get());
    } catch (MalformedLayer | TruncatedLayer | LayerTooBig e) {
      blameTransfer(e, intake.get());
      throw e;
    } catch (LayerNotWritten e) {
      throw DiskSpace.isFull(e) ? DiskFull.of(request.directory(), e) : e;
    }
  }

  private ConvertedLayer convert(InputStream blob) throws IOException {
    var converter = new LayerConverter(LayerLimits.DEFAULT);
    return converter.convert(blob, layer.mediaType(), erofs(), _ -> {});
  }

  private void downloading(long received) {
    var now = System.nanoTime();
    if (nextStep == 0 || now - nextStep >= 0 || received == layer.size()) {
      nextStep = now + NANOS_BETWEEN_STEPS;
      steps.accept(new PullProgress.Downloading(id(), received, layer.size()));
    }
  }

  private void verify(ConvertedLayer converted) {
    steps.accept(new PullProgress.VerifyingChecksum(id()));
    if (converted.blobBytes() < layer.size()) {
      throw TruncatedBlob.of(layer.digest(), converted.blobBytes(), layer.size());
    }
    if (!converted.blobDigest().equals(layer.digest())) {
      throw DigestMismatch.of("a layer", layer.digest(), converted.blobDigest());
    }
    if (!converted.diffId().equals(diffId)) {
      throw DigestMismatch.of("the archive in layer " + layer.digest(), diffId, converted.diffId());
    }
    steps.accept(new PullProgress.DownloadComplete(id()));
  }

  private ImageException failure(IOException e, @Nullable BlobIntake intake) {
    return switch (e) {
      case BlobIntake.CopyFailed failed ->
          DiskSpace.isFull(failed)
              ? DiskFull.of(request.directory(), failed)
              : new LayerNotWritten("layer " + layer.digest() + " cannot be kept", failed);
      case BlobIntake.TooLong tooLong ->
          RegistryRefused.of(
              request.ref().registry(),
              "blob " + layer.digest() + ": " + tooLong.getMessage(),
              tooLong);
      default ->
          intake == null
              ? RegistryUnreachable.of(
                  request.ref().registry(), "blob " + layer.digest() + ": " + e, e)
              : TruncatedBlob.of(layer.digest(), intake.received(), layer.size());
    };
  }

  /** Bytes that cannot be read may be the wrong bytes: then that is the error to name. */
  private void blameTransfer(ImageException failure, BlobIntake intake) {
    try {
      var whole = intake.received() == layer.size();
      if (!whole && failure instanceof TruncatedLayer) {
        throw TruncatedBlob.of(layer.digest(), intake.received(), layer.size());
      }
      var actual = whole ? hash(blob()) : hashOfSecondTransfer();
      if (!actual.equals(layer.digest())) {
        throw DigestMismatch.of("a layer", layer.digest(), actual);
      }
    } catch (IOException e) {
      throw TruncatedBlob.of(layer.digest(), intake.received(), layer.size());
    }
  }

  private static Digest hash(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return hash(in);
    }
  }

  private Digest hashOfSecondTransfer() throws IOException {
    var digest = new AtomicReference<Digest>();
    transport.blob(layer.digest(), (body, _) -> digest.set(hash(body)));
    return digest.get();
  }

  private static Digest hash(InputStream in) throws IOException {
    var hashing = new DigestInputStream(in, Digest.sha256());
    hashing.transferTo(OutputStream.nullOutputStream());
    return Digest.ofHash(hashing.getMessageDigest().digest());
  }

  private static void sync(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }
}
