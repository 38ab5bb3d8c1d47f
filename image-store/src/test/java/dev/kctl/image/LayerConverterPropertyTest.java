package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class LayerConverterPropertyTest {
  @Property(tries = 150)
  void givesBackTheTreeThatTheTarSays(@ForAll long seed, @ForAll @IntRange(max = 150) int entries) {
    var model = new TreeModel(seed, entries);

    var image = TestLayer.of(model.tar(), LayerLimits.DEFAULT);

    assertThat(image.nodes()).hasSize(model.items().size() + 1);
    var nids = new IdentityHashMap<TreeModel.Item, Long>();
    model
        .items()
        .forEach(
            (path, item) -> {
              var node = image.at(path);
              verify(path, item, node);
              assertThat(nids.computeIfAbsent(item, _ -> node.nid()))
                  .as("inode of %s", path)
                  .isEqualTo(node.nid());
            });
    assertThat(nids.values()).doesNotHaveDuplicates();
  }

  @Property(tries = 20)
  void writesTheSameBytesTwice(@ForAll long seed, @ForAll @IntRange(max = 100) int entries)
      throws IOException {
    var tar = new TreeModel(seed, entries).tar();

    assertThat(image(tar, TestLayer.TAR))
        .isEqualTo(image(tar, TestLayer.TAR))
        .isEqualTo(image(TestLayer.gzip(tar), TestLayer.GZIP));
  }

  @Property(tries = 400)
  void refusesDamageWithNothingButItsOwnException(@ForAll long seed) {
    var random = new Random(seed);
    var tar = new TreeModel(seed, 20).tar();
    for (var i = 1 + random.nextInt(5); i > 0; i--) {
      damage(tar, random);
    }

    convertOrRefuse(random.nextBoolean() ? tar : Arrays.copyOf(tar, random.nextInt(tar.length)));
  }

  @Property(tries = 200)
  void refusesDamagedPackingWithNothingButItsOwnException(@ForAll long seed) {
    var random = new Random(seed);
    var tar = new TreeModel(seed, 10).tar();
    var blob = random.nextBoolean() ? TestLayer.gzip(tar) : ZstdFixture.pack(tar);
    for (var i = 1 + random.nextInt(3); i > 0; i--) {
      blob[random.nextInt(blob.length)] ^= (byte) (1 << random.nextInt(8));
    }

    convertOrRefuse(blob);
  }

  private static void verify(String path, TreeModel.Item item, ErofsImage.Node node) {
    assertThat(node.mode() & 07777).as("mode of %s", path).isEqualTo(item.mode);
    assertThat(node.uid()).as("uid of %s", path).isEqualTo(item.uid);
    assertThat(node.gid()).as("gid of %s", path).isEqualTo(item.gid);
    assertThat(node.seconds()).as("time of %s", path).isEqualTo(item.seconds);
    assertThat(node.nanos()).as("nanoseconds of %s", path).isEqualTo(item.nanos);
    assertThat(new HashMap<>(node.xattrs())).as("xattrs of %s", path).isEqualTo(item.xattrs);
    assertThat(node.device())
        .as("device of %s", path)
        .isEqualTo(new TarDevice(item.major, item.minor).encoded());
    if (!node.isDirectory()) {
      assertThat(node.content().equals(item.content)).as("content of %s", path).isTrue();
    }
  }

  /** Changes a byte or a field of a header, keeping its checksum right more often than not. */
  private static void damage(byte[] tar, Random random) {
    var block = random.nextInt(tar.length / 512) * 512;
    var header = Arrays.copyOfRange(tar, block, block + 512);
    switch (random.nextInt(4)) {
      case 0 -> header[156] = (byte) "0123456xgLKS\0Q".charAt(random.nextInt(14));
      case 1 -> TarBuilder.number(header, 124, 12, random.nextLong() >> random.nextInt(64));
      case 2 -> header[random.nextInt(512)] = (byte) random.nextInt();
      default -> Arrays.fill(header, random.nextInt(512), 512, (byte) random.nextInt());
    }
    if (random.nextInt(4) != 0) {
      TarBuilder.checksum(header);
    }
    System.arraycopy(header, 0, tar, block, 512);
  }

  private static void convertOrRefuse(byte[] blob) {
    try {
      image(blob, TestLayer.TAR);
    } catch (MalformedLayer | TruncatedLayer | LayerTooBig | UnsupportedLayer e) {
      assertThat(e.getMessage()).doesNotContain("\n").isNotBlank();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] image(byte[] blob, String mediaType) throws IOException {
    var file = Files.createTempFile("layer", ".erofs");
    try {
      new LayerConverter(new LayerLimits(10_000, 16 << 20, 64 << 20, 64 << 20, 2048))
          .convert(new ByteArrayInputStream(blob), mediaType, file, _ -> {});
      return Files.readAllBytes(file);
    } finally {
      Files.delete(file);
    }
  }
}
