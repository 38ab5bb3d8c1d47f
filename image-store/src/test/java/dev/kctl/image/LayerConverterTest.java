package dev.kctl.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class LayerConverterTest {
  /** Large enough to fill the rings several times over, and hard to compress. */
  private static final byte[] TAR = new TarBuilder().file("d/f", noise(12 << 20)).bytes();

  @TempDir private Path folder;

  private GzipLibrary library = GzipLibrary.fastest();

  @Test
  void tellsBothDigestsAndAllSizes() throws IOException {
    var blob = TestLayer.gzip(TAR);
    var layer = convert(blob, TestLayer.GZIP);

    assertThat(layer.blobDigest()).isEqualTo(Digest.of(blob));
    assertThat(layer.diffId()).isEqualTo(Digest.of(TAR));
    assertThat(layer.blobBytes()).isEqualTo(blob.length);
    assertThat(layer.tarBytes()).isEqualTo(TAR.length);
    assertThat(layer.erofsBytes()).isEqualTo(Files.size(target()));
    assertThat(layer.entries()).isEqualTo(3);
    assertThat(ErofsImage.read(target()).uuid())
        .isEqualTo(Arrays.copyOf(layer.diffId().hash(), 16));
  }

  @ParameterizedTest
  @EnumSource
  void makesTheSameImageOfTheSameTarHoweverItIsPacked(GzipLibrary by) throws IOException {
    library = by;
    convert(TAR, TestLayer.TAR);
    var plain = Files.readAllBytes(target());
    convert(TestLayer.gzip(TAR), TestLayer.GZIP);
    var gzip = Files.readAllBytes(target());
    convert(ZstdFixture.pack(TAR), TestLayer.ZSTD);

    assertThat(gzip).isEqualTo(plain);
    assertThat(Files.readAllBytes(target())).isEqualTo(plain);
  }

  @Test
  void believesTheBytesMoreThanTheMediaType() throws IOException {
    assertThat(convert(TestLayer.gzip(TAR), TestLayer.ZSTD).diffId()).isEqualTo(Digest.of(TAR));
    assertThat(convert(TestLayer.gzip(TAR), TestLayer.TAR).diffId()).isEqualTo(Digest.of(TAR));
    refuses(TAR, TestLayer.GZIP, MalformedLayer.class, "not gzip, as it claims");
    refuses(new byte[0], TestLayer.ZSTD, MalformedLayer.class, "not zstd, as it claims");
  }

  @Test
  void namesAMediaTypeItCannotRead() {
    refuses(TAR, "application/vnd.oci.image.layer.v1.tar+lz4", UnsupportedLayer.class, "tar+lz4");
  }

  @Test
  void reportsProgressUpToTheWholeBlob() throws IOException {
    var reports = new ArrayList<Long>();
    new LayerConverter(LayerLimits.DEFAULT)
        .convert(new ByteArrayInputStream(TAR), TestLayer.TAR, target(), reports::add);

    assertThat(reports).isSorted().endsWith((long) TAR.length).hasSizeGreaterThan(40);
  }

  @Test
  void handsOnTheVeryExceptionOfTheBlob() {
    var failure = new IOException("connection reset");
    var blob = new SequenceInputStream(new ByteArrayInputStream(TAR), new FailingStream(failure));

    assertThatThrownBy(() -> convert(blob, TestLayer.TAR)).isSameAs(failure);
  }

  @Test
  void closesABlobThatHangsWhenTheLayerIsRefused() {
    var hanging = new HangingStream();
    var blob =
        new SequenceInputStream(
            new ByteArrayInputStream(new TarBuilder().file("../f", noise(1 << 20)).bytes()),
            hanging) {
          @Override
          public void close() {
            hanging.close();
          }
        };

    assertThatThrownBy(() -> convert(blob, TestLayer.TAR)).isInstanceOf(MalformedLayer.class);
    assertThat(hanging.closed.getCount()).isZero();
  }

  @Test
  void endsWhenItsThreadIsInterrupted() throws InterruptedException {
    var thrown = new ArrayList<Throwable>();
    var flag = new ArrayList<Boolean>();
    var blob = new HangingStream();
    var thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    convert(blob, TestLayer.TAR);
                  } catch (IOException | RuntimeException e) {
                    thrown.add(e);
                    flag.add(Thread.currentThread().isInterrupted());
                  }
                });
    blob.reading.await();
    thread.interrupt();
    thread.join();

    assertThat(thrown).singleElement().isInstanceOf(ConversionCancelled.class);
    assertThat(flag).containsExactly(true);
  }

  @Test
  void namesTheImageItCannotWrite() {
    var missing = folder.resolve("missing/layer.erofs");

    assertThatThrownBy(
            () ->
                new LayerConverter(LayerLimits.DEFAULT)
                    .convert(new ByteArrayInputStream(TAR), TestLayer.TAR, missing, _ -> {}))
        .isInstanceOf(LayerNotWritten.class)
        .hasMessageContaining(missing.toString());
  }

  @Test
  void replacesALongerImage() throws IOException {
    Files.write(target(), noise(8 << 20).getBytes(ISO_8859_1));
    convert(new TarBuilder().file("f", "").bytes(), TestLayer.TAR);

    assertThat(ErofsImage.read(target()).nodes()).containsOnlyKeys("/", "/f");
    assertThat(Files.size(target())).isEqualTo(2 << 20);
  }

  @Test
  void stopsABombOfEveryKind() {
    var limits = new LayerLimits(10, 1000, 2 << 20, 3 << 20, 4);
    var many = new TarBuilder();
    for (var i = 0; i < 11; i++) {
      many.file("f", "");
    }

    tooBig(limits, many, "more than 10 entries");
    tooBig(limits, new TarBuilder().file("a/b/c/d/e/f", ""), "more than 4 directories below");
    tooBig(limits, new TarBuilder().symlink("l", "t".repeat(1000)), "more than 1000 bytes");
    tooBig(limits, new TarBuilder().file("f", noise(3 << 20)), "unpacks to more than 2097152");
    tooBig(
        limits,
        new TarBuilder()
            .entry(
                "hole",
                '0',
                e -> {
                  e.pax.put("GNU.sparse.map", "0,0");
                  e.pax.put("GNU.sparse.size", String.valueOf(1L << 50));
                }),
        "image of more than 3145728 bytes");
  }

  @ParameterizedTest
  @EnumSource
  void readsGzipOfSeveralMembersWithEveryHeaderField(GzipLibrary by) throws IOException {
    library = by;
    var half = TAR.length / 2;
    var blob = new ByteArrayOutputStream();
    blob.write(GzipFixture.member(Arrays.copyOf(TAR, half)));
    blob.write(TestLayer.gzip(new byte[0]));
    blob.write(GzipFixture.member(Arrays.copyOfRange(TAR, half, TAR.length)));

    assertThat(convert(blob.toByteArray(), TestLayer.GZIP).diffId()).isEqualTo(Digest.of(TAR));
  }

  @ParameterizedTest
  @EnumSource
  void seesEveryDamageToGzip(GzipLibrary by) {
    library = by;
    var blob = TestLayer.gzip(new TarBuilder().file("f", noise(1 << 20)).bytes());
    for (var cut : new int[] {5, 12, 500_000, blob.length - 9, blob.length - 8, blob.length - 1}) {
      refuses(Arrays.copyOf(blob, cut), TestLayer.GZIP, TruncatedLayer.class, "gzip");
    }
    for (var tail : new byte[][] {{0}, {1, 2, 3, 4, 5}, new byte[512]}) {
      refuses(concat(blob, tail), TestLayer.GZIP, null, "gzip");
    }
    refuses(changed(blob, 2, 7), TestLayer.GZIP, MalformedLayer.class, "unknown compression");
    refuses(changed(blob, 3, 0x80), TestLayer.GZIP, MalformedLayer.class, "reserved flags");
    refuses(changed(blob, 10, 0xff), TestLayer.GZIP, MalformedLayer.class, "damaged");
    refuses(
        changed(blob, blob.length - 8, blob[blob.length - 8] ^ 1),
        TestLayer.GZIP,
        MalformedLayer.class,
        "does not match");
    refuses(
        changed(blob, blob.length - 4, blob[blob.length - 4] ^ 1),
        TestLayer.GZIP,
        MalformedLayer.class,
        "does not match");
  }

  @Test
  void readsZstdOfSeveralFramesAndSkipsOthers() throws IOException {
    var half = TAR.length / 2;
    var blob =
        concat(
            ZstdFixture.skippable(new byte[1000]),
            concat(
                ZstdFixture.pack(Arrays.copyOf(TAR, half)),
                concat(
                    ZstdFixture.skippable(new byte[0]),
                    concat(
                        ZstdFixture.pack(Arrays.copyOfRange(TAR, half, TAR.length)),
                        ZstdFixture.skippable(new byte[100_000])))));

    assertThat(convert(blob, TestLayer.ZSTD).diffId()).isEqualTo(Digest.of(TAR));
  }

  @Test
  void seesEveryDamageToZstd() {
    var blob = ZstdFixture.pack(new TarBuilder().file("f", noise(1 << 20)).bytes());
    for (var cut : new int[] {4, 5, 8, 500_000, blob.length - 1}) {
      refuses(Arrays.copyOf(blob, cut), TestLayer.ZSTD, TruncatedLayer.class, "zstd");
    }
    refuses(concat(blob, new byte[8]), TestLayer.ZSTD, MalformedLayer.class, "something else");
    refuses(concat(blob, new byte[2]), TestLayer.ZSTD, TruncatedLayer.class, "zstd");
    refuses(
        changed(blob, blob.length - 1, blob[blob.length - 1] ^ 1),
        TestLayer.ZSTD,
        MalformedLayer.class,
        "damaged");
    refuses(changed(blob, 4, 1), TestLayer.ZSTD, UnsupportedLayer.class, "dictionary");
    refuses(ZstdFixture.window(27), TestLayer.ZSTD, UnsupportedLayer.class, "134217728");
  }

  private Path target() {
    return folder.resolve("layer.erofs");
  }

  private ConvertedLayer convert(byte[] blob, String mediaType) throws IOException {
    return convert(new ByteArrayInputStream(blob), mediaType);
  }

  private ConvertedLayer convert(InputStream blob, String mediaType) throws IOException {
    return new LayerConverter(LayerLimits.DEFAULT, library)
        .convert(blob, mediaType, target(), _ -> {});
  }

  private void refuses(
      byte[] blob,
      String mediaType,
      @Nullable Class<? extends ImageException> type,
      String message) {
    assertThatThrownBy(() -> convert(blob, mediaType))
        .isInstanceOf(type == null ? ImageException.class : type)
        .hasMessageContaining(message);
  }

  private static void tooBig(LayerLimits limits, TarBuilder tar, String message) {
    assertThatThrownBy(() -> TestLayer.of(tar.bytes(), limits))
        .isInstanceOf(LayerTooBig.class)
        .hasMessageContaining(message);
  }

  private static byte[] changed(byte[] bytes, int at, int value) {
    var changed = bytes.clone();
    changed[at] = (byte) value;
    return changed;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    var both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static String noise(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return new String(bytes, ISO_8859_1);
  }

  /** Fails at the first read. */
  private static final class FailingStream extends InputStream {
    private final IOException failure;

    private FailingStream(IOException failure) {
      this.failure = failure;
    }

    @Override
    public int read() throws IOException {
      throw failure;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      throw failure;
    }
  }

  /** Gives nothing until it is closed, as a socket does. */
  private static final class HangingStream extends InputStream {
    private final CountDownLatch reading = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public int read() throws IOException {
      reading.countDown();
      try {
        closed.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      throw new IOException("closed");
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return read();
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }
}
