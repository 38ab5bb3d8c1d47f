package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class FlattenerPropertyTest {
  /** A file of a layer: names with the same one are hard links. */
  private record Origin(int layer, long nid) {}

  private record Shown(ErofsImage.Node node, Origin origin) {}

  @Property(tries = 150)
  void showsWhatUnpackingOneLayerUponTheOtherWould(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 8) int layers) throws IOException {
    var disks = random(seed, layers);
    try {
      var expected = new TreeMap<String, Shown>();
      for (var i = 0; i < layers; i++) {
        unpack(i, ErofsImage.read(disks.disks().get(i)), expected);
      }

      var image = disks.image();

      assertThat(image.nodes().keySet()).isEqualTo(expected.keySet());
      var nids = new HashMap<Origin, Long>();
      expected.forEach(
          (path, shown) -> {
            var node = image.at(path);
            assertSame(path, shown.node(), node);
            assertThat(nids.computeIfAbsent(shown.origin(), _ -> node.nid()))
                .as("inode of %s", path)
                .isEqualTo(node.nid());
          });
      assertThat(nids.values()).doesNotHaveDuplicates();
    } finally {
      disks.remove();
    }
  }

  @Property(tries = 20)
  void writesTheSameBytesTwice(@ForAll long seed) throws IOException {
    var disks = random(seed, 4);
    var again = random(seed, 4);
    try {
      assertThat(disks.flattened()).hasSameBinaryContentAs(again.flattened());
    } finally {
      disks.remove();
      again.remove();
    }
  }

  @Property(tries = 40)
  void flattensInStepsToTheSameTree(@ForAll long seed) throws IOException {
    var disks = random(seed, 6);
    try {
      var atOnce = disks.image().nodes();
      var lower = Files.move(partly(disks, 3), disks.disks().getFirst().resolveSibling("lower"));
      var upper = new ArrayList<>(List.of(lower));
      upper.addAll(disks.disks().subList(3, 6));
      var target = lower.resolveSibling("in-steps");
      Flattener.flatten(upper, target, Digest.of(new byte[0]), Flattener.LIMITS);

      var inSteps = ErofsImage.read(target);

      assertThat(inSteps.nodes().keySet()).isEqualTo(atOnce.keySet());
      atOnce.forEach((path, node) -> assertSame(path, node, inSteps.at(path)));
    } finally {
      disks.remove();
    }
  }

  @Property(tries = 150)
  void refusesDamageWithNothingButItsOwnException(@ForAll long seed) throws IOException {
    var random = new Random(seed);
    var disks = random(seed, 2);
    try {
      var disk = disks.disks().get(random.nextInt(2));
      var bytes = ByteBuffer.wrap(Files.readAllBytes(disk));
      for (var i = 1 + random.nextInt(40); i > 0; i--) {
        bytes.put(
            1024 + random.nextInt(Math.min(bytes.capacity() - 1024, 64 << 10)),
            (byte) random.nextInt());
      }
      Files.write(disk, bytes.array());
      disks.flattened();
    } catch (StoreDamaged | LayerTooBig e) {
      assertThat(e.getMessage()).doesNotContain("\n").isNotBlank();
    } finally {
      disks.remove();
    }
  }

  private static java.nio.file.Path partly(TestDisks disks, int count) {
    var target = disks.disks().getFirst().resolveSibling("partly");
    Flattener.flatten(
        disks.disks().subList(0, count), target, Digest.of(new byte[0]), Flattener.LIMITS);
    return target;
  }

  /** Docker's way: a layer is unpacked upon what is there, its whiteouts remove. */
  private static void unpack(int layer, ErofsImage image, Map<String, Shown> tree) {
    image
        .nodes()
        .forEach(
            (path, node) -> {
              var before = tree.get(path);
              var stays = before != null && before.node().isDirectory() && node.isDirectory();
              if (!stays || isOpaque(path, node)) {
                tree.keySet().removeIf(name -> name.startsWith(path + "/"));
              }
              if (node.isWhiteout()) {
                tree.remove(path);
              } else {
                tree.put(path, new Shown(node, new Origin(layer, node.nid())));
              }
            });
  }

  private static boolean isOpaque(String path, ErofsImage.Node node) {
    return !path.equals("/") && node.xattrs().containsKey("trusted.overlay.opaque");
  }

  private static void assertSame(String path, ErofsImage.Node expected, ErofsImage.Node actual) {
    assertThat(actual.mode()).as("mode of %s", path).isEqualTo(expected.mode());
    assertThat(actual.uid()).as("uid of %s", path).isEqualTo(expected.uid());
    assertThat(actual.gid()).as("gid of %s", path).isEqualTo(expected.gid());
    assertThat(actual.seconds()).as("time of %s", path).isEqualTo(expected.seconds());
    assertThat(actual.nanos()).as("nanoseconds of %s", path).isEqualTo(expected.nanos());
    assertThat(actual.device()).as("device of %s", path).isEqualTo(expected.device());
    var xattrs = new TreeMap<>(expected.xattrs());
    xattrs.keySet().removeIf(name -> name.startsWith("trusted.overlay."));
    assertThat(actual.xattrs()).as("xattrs of %s", path).isEqualTo(xattrs);
    if (!actual.isDirectory()) {
      assertThat(actual.content().equals(expected.content())).as("content of %s", path).isTrue();
    }
  }

  /** Few names, so that layers meet. */
  private static TestDisks random(long seed, int layers) {
    var random = new Random(seed);
    var disks = TestDisks.temporary();
    for (var i = 0; i < layers; i++) {
      disks.layer(layer(random));
    }
    return disks;
  }

  private static TarBuilder layer(Random random) {
    var tar = new TarBuilder();
    var files = new ArrayList<String>();
    var taken = new TreeSet<String>();
    var directories = new TreeSet<String>();
    for (var left = random.nextInt(25); left > 0; left--) {
      var path = new StringBuilder();
      for (var depth = 1 + random.nextInt(4); depth > 1; depth--) {
        path.append((char) ('a' + random.nextInt(3))).append('/');
      }
      var directory = path.toString();
      for (var end = directory.indexOf('/'); end >= 0; end = directory.indexOf('/', end + 1)) {
        directories.add(directory.substring(0, end));
      }
      var name = directory + (char) ('a' + random.nextInt(5));
      if (isBelowAFile(name, taken)) {
        continue;
      }
      switch (random.nextInt(12)) {
        case 0, 1 -> tar.file(directory + ".wh." + (char) ('a' + random.nextInt(5)), "");
        case 2 -> tar.file(directory + ".wh..wh..opq", "");
        case 3, 4 -> {
          directories.add(name);
          tar.entry(name, '5', entry -> describe(entry, random));
        }
        case 5 -> {
          if (!files.isEmpty() && !directories.contains(name)) {
            taken.add(name);
            tar.link(name, files.get(random.nextInt(files.size())));
          }
        }
        default -> {
          if (!directories.contains(name)) {
            taken.add(name);
            tar.entry(name, "00023".charAt(random.nextInt(5)), entry -> describe(entry, random));
            files.add(name);
          }
        }
      }
    }
    return tar;
  }

  private static boolean isBelowAFile(String name, Set<String> taken) {
    return taken.stream().anyMatch(file -> (name + "/").startsWith(file + "/"));
  }

  private static void describe(TarBuilder.Entry entry, Random random) {
    entry.mode = random.nextInt(010000);
    entry.uid = random.nextInt(5);
    entry.gid = random.nextInt(5);
    entry.modified = random.nextInt(1_000_000);
    if (random.nextInt(3) == 0) {
      entry.xattr("user.k", "v".repeat(random.nextInt(100)));
      entry.xattr("trusted.t", "v");
    }
    switch (entry.type) {
      case '0' ->
          entry.content = (random.nextBoolean() ? "x" : "\0").repeat(random.nextInt(200_000));
      case '2' -> entry.link = "t".repeat(1 + random.nextInt(4095));
      case '3' -> {
        entry.major = 1 + random.nextInt(200);
        entry.minor = random.nextInt(1000);
      }
      default -> {}
    }
  }
}
