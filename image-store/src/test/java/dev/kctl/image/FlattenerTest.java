package dev.kctl.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers on top of each other in one disk, by overlayfs's rules. */
class FlattenerTest {
  @TempDir Path folder;
  private TestDisks disks;

  @BeforeEach
  void start() {
    disks = new TestDisks(folder);
  }

  private static TarBuilder tar() {
    return new TarBuilder();
  }

  @Test
  void showsTheUppermostOfEveryName() {
    var image =
        disks
            .layer(tar().file("a", "lower").file("d/only-lower", "1"))
            .layer(tar().file("a", "upper").file("d/only-upper", "2"))
            .image();
    assertThat(image.at("/a").content()).isEqualTo("upper");
    assertThat(image.nodes().keySet())
        .containsExactly("/", "/a", "/d", "/d/only-lower", "/d/only-upper");
  }

  @Test
  void takesAwayWhatIsWhitedOutAndKeepsNoWhiteout() {
    var image =
        disks
            .layer(tar().file("d/gone", "").file("d/stays", "").file("tree/deep/x", ""))
            .layer(tar().file("d/.wh.gone", "").file(".wh.tree", "").file(".wh.never-there", ""))
            .image();
    assertThat(image.nodes().keySet()).containsExactly("/", "/d", "/d/stays");
    assertThat(image.at("/d").xattrs()).isEmpty();
  }

  @Test
  void bringsBackAsNewWhatAHigherLayerHasAgain() {
    var image =
        disks
            .layer(tar().file("d/old", ""))
            .layer(tar().file(".wh.d", ""))
            .layer(tar().file("d/new", ""))
            .image();
    assertThat(image.nodes().keySet()).containsExactly("/", "/d", "/d/new");
  }

  @Test
  void looksBelowNoOpaqueDirectory() {
    var image =
        disks
            .layer(tar().file("d/old", "").file("d/sub/old", ""))
            .layer(tar().file("d/.wh..wh..opq", "").file("d/sub/middle", ""))
            .layer(tar().file("d/sub/new", ""))
            .image();
    assertThat(image.nodes().keySet())
        .containsExactly("/", "/d", "/d/sub", "/d/sub/middle", "/d/sub/new");
    assertThat(image.at("/d").xattrs()).isEmpty();
  }

  @Test
  void lookFurtherDownStopsAtWhateverIsNoDirectory() {
    var image =
        disks
            .layer(tar().file("d/below", ""))
            .layer(tar().file("d", "a file"))
            .layer(tar().file("d/above", ""))
            .image();
    assertThat(image.nodes().keySet()).containsExactly("/", "/d", "/d/above");
  }

  @Test
  void replacesOneTypeByAnother() {
    var image =
        disks
            .layer(tar().file("to-dir", "x").file("to-file/in", "x").file("to-link", "x"))
            .layer(
                tar()
                    .file("to-dir/in", "y")
                    .file("to-file", "y")
                    .symlink("to-link", "/where")
                    .device("null", '3', 1, 3))
            .image();
    assertThat(image.nodes().keySet())
        .containsExactly("/", "/null", "/to-dir", "/to-dir/in", "/to-file", "/to-link");
    assertThat(image.at("/to-file").content()).isEqualTo("y");
    assertThat(image.at("/to-link").content()).isEqualTo("/where");
    assertThat(image.at("/null").device()).isEqualTo(new TarDevice(1, 3).encoded());
  }

  @Test
  void keepsHardLinksOneFile() {
    var image =
        disks
            .layer(tar().file("a", "same").link("b", "a").link("d/c", "a"))
            .layer(tar().file("a", "another").link("z", "a"))
            .image();
    assertThat(image.at("/b").nid()).isEqualTo(image.at("/d/c").nid());
    assertThat(image.at("/b").links()).isEqualTo(2);
    assertThat(image.at("/a").nid()).isEqualTo(image.at("/z").nid());
    assertThat(image.at("/a").content()).isEqualTo("another");
  }

  @Test
  void takesADirectorysOwnerModeAndTimeFromTheUppermost() {
    var image =
        disks
            .layer(tar().entry("d", '5', e -> e.mode = 01777).file("d/f", "x"))
            .layer(
                tar()
                    .entry(
                        "d",
                        '5',
                        e -> {
                          e.mode = 0700;
                          e.uid = 7;
                          e.modified = 99;
                          e.xattr("user.k", "v");
                        }))
            .image();
    var directory = image.at("/d");
    assertThat(directory.mode() & 07777).isEqualTo(0700);
    assertThat(directory.uid()).isEqualTo(7);
    assertThat(directory.seconds()).isEqualTo(99);
    assertThat(directory.xattrs()).containsOnlyKeys("user.k");
    assertThat(image.at("/d/f").content()).isEqualTo("x");
  }

  @Test
  void namesTheDiskByTheChain() throws IOException {
    var chain = new LowerLayers(List.of(Digest.of(new byte[1]), Digest.of(new byte[2]))).chainId();
    var target = folder.resolve("target");
    disks.layer(tar().file("a", "")).layer(tar().file("b", ""));
    Flattener.flatten(disks.disks(), target, chain, Flattener.LIMITS);
    assertThat(ErofsImage.read(target).uuid()).isEqualTo(java.util.Arrays.copyOf(chain.hash(), 16));
  }

  @Test
  void keepsHoles() throws IOException {
    disks
        .layer(tar().file("sparse", "a" + "\0".repeat(8 << 20) + "b"))
        .layer(tar().file("other", ""));
    var blocks = (Number) Files.getAttribute(disks.flattened(), "unix:size");
    assertThat(disks.image().at("/sparse").content()).hasSize((8 << 20) + 2).endsWith("\0b");
    assertThat(blocks.longValue()).isGreaterThan(8 << 20);
    var occupied = Tools.output("stat", "-c", "%b", disks.flattened().toString());
    assertThat(Long.parseLong(occupied) * 512).isLessThan(1 << 20);
  }

  @Test
  void refusesMoreThanTheLimits() {
    disks.layer(tar().file("a", "").file("b", "")).layer(tar().file("c", ""));
    var two = new LayerLimits(2, 1 << 20, 1 << 20, 1 << 20, 10);
    assertThatExceptionOfType(LayerTooBig.class)
        .isThrownBy(
            () ->
                Flattener.flatten(disks.disks(), folder.resolve("t"), Digest.of(new byte[0]), two))
        .withMessageContaining("more than 2 entries");
  }

  @Test
  void namesADamagedDiskAndTheRemedy() throws IOException {
    disks.layer(tar().file("a", "")).layer(tar().file("b", ""));
    try (var file = FileChannel.open(disks.disks().getFirst(), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(8), 1024);
    }
    assertThatExceptionOfType(StoreDamaged.class)
        .isThrownBy(disks::flattened)
        .withMessage(
            "image store: the disk layer-0.erofs is damaged (no superblock): remove its images and"
                + " pull them again");
  }
}
