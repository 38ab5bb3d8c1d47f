package dev.kctl.image;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The stages in front of the image's writer, a thread each: reading the blob, hashing it, unpacking
 * it, hashing the tar. The first failure stops them all and is the one reported.
 */
final class LayerPipeline implements AutoCloseable {
  private static final int SLOTS = 16;

  private final InputStream blob;
  private final Compression declared;
  private final long tarLimit;
  private final LongConsumer progress;
  private final GzipLibrary library;
  private final ChunkRing packed = new ChunkRing(SLOTS, 2);
  private final ChunkRing unpacked = new ChunkRing(SLOTS, 2);
  private final StreamHash blobHash = new StreamHash(packed.source(0));
  private final StreamHash tarHash = new StreamHash(unpacked.source(0));
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  LayerPipeline(
      InputStream blob,
      Compression declared,
      long tarLimit,
      GzipLibrary library,
      LongConsumer progress) {
    this.blob = blob;
    this.declared = declared;
    this.tarLimit = tarLimit;
    this.library = library;
    this.progress = progress;
  }

  void start() {
    start("layer-read", this::read);
    start("layer-unpack", this::unpack);
    start("layer-hash-blob", blobHash::run);
    start("layer-hash-tar", tarHash::run);
  }

  /** The tar, for the thread that writes the image. */
  ChunkSource tar() {
    return unpacked.source(1);
  }

  /** Waits for all stages once the tar has been read to its end. */
  Hashed finish() throws IOException {
    join();
    if (failure.get() != null) {
      throw failure();
    }
    return new Hashed(blobHash.digest(), tarHash.digest(), blobHash.bytes(), tarHash.bytes());
  }

  /** What the writer's thread reports when it has been stopped: the failure behind that. */
  RuntimeException failure() throws IOException {
    return switch (failure.get()) {
      case null -> new ConversionCancelled("the conversion of a layer was interrupted");
      case IOException e -> throw e;
      case RuntimeException e -> e;
      case Error e -> throw e;
      case Throwable e -> throw new AssertionError("no stage throws other checked exceptions", e);
    };
  }

  /** Ends every stage, wherever it is, and waits until all have ended. */
  @Override
  public void close() {
    packed.stop();
    unpacked.stop();
    var interrupted = false;
    for (var thread : threads) {
      if (thread.isAlive()) {
        closeBlob();
      }
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void start(String name, Stage stage) {
    threads.add(Thread.ofPlatform().name(name).daemon().start(() -> run(stage)));
  }

  private void run(Stage stage) {
    try {
      stage.run();
    } catch (Throwable e) {
      // Only the first counts: the others fail because of it.
      failure.compareAndSet(null, e);
      packed.stop();
      unpacked.stop();
    }
  }

  private void join() {
    try {
      for (var thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PipelineStopped(e);
    }
  }

  private void read() throws IOException {
    var total = 0L;
    for (var count = ChunkRing.CHUNK; count == ChunkRing.CHUNK; ) {
      count = blob.readNBytes(packed.acquire(), 0, ChunkRing.CHUNK);
      packed.publish(count);
      total += count;
      progress.accept(total);
    }
    packed.end();
  }

  private void unpack() {
    var input = new ChunkInput(packed.source(1));
    var sink = new TarSink(unpacked, tarLimit);
    unpacker(input).unpack(input, sink);
    sink.end();
  }

  /** What the bytes are decides; the descriptor only where they are like nothing known. */
  private Unpacker unpacker(ChunkInput input) {
    return switch (Compression.ofMagic(input).orElse(Compression.NONE)) {
      case GZIP -> new GzipUnpacker(library);
      case ZSTD -> new ZstdUnpacker();
      case NONE -> {
        if (declared != Compression.NONE) {
          throw new MalformedLayer("the layer is not " + declared.label() + ", as it claims to be");
        }
        yield new PlainUnpacker();
      }
    };
  }

  private void closeBlob() {
    try {
      blob.close();
    } catch (IOException _) {
      // it only had to end the read under way, whose own failure is the one that counts
    }
  }

  private interface Stage {
    void run() throws IOException;
  }

  /**
   * What the stages found out.
   *
   * @param blobDigest of the packed bytes
   * @param diffId of the tar
   * @param blobBytes packed
   * @param tarBytes unpacked
   */
  record Hashed(Digest blobDigest, Digest diffId, long blobBytes, long tarBytes) {}
}
