package dev.kctl.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The images before their judge, and tars as GNU tar really writes them. */
class LayerImageIT {
  private static final String TREE =
      """
      mkdir -p tree/d/empty tree/big
      cd tree
      printf content >d/file
      ln d/file hard
      ln -s d/file soft
      ln -s "$(printf 't%.0s' $(seq 3000))" d/long
      mkfifo pipe
      seq 100000 >d/blocks
      touch -d '2001-02-03 04:05:06.789' d/empty
      chmod 7751 d/empty
      for i in $(seq 700); do : >"big/$(printf "name-$i-%0200d" 0)"; done
      : >"$(printf '\\377\\001')"
      """;

  private static final String SPARSE =
      """
      truncate -s 20M sparse
      printf start | dd of=sparse conv=notrunc status=none
      for i in $(seq 40); do printf "piece $i" | dd of=sparse seek=$((i * 400)) conv=notrunc bs=1k status=none; done
      """;

  @TempDir private Path folder;

  @Test
  void passesTheJudgeWhateverTheTree() throws IOException, InterruptedException {
    for (var seed = 0L; seed < 25; seed++) {
      judge(convert(new TreeModel(seed, (int) seed * 40).tar()));
    }
  }

  @Test
  void passesTheJudgeWithEverythingOverlayfsNeeds() throws IOException, InterruptedException {
    var tar =
        new TarBuilder()
            .file("gone/.wh.a", "")
            .file("opaque/.wh..wh..opq", "")
            .entry("opaque", '5', e -> e.xattr("user.big", "v".repeat(60_000)))
            .entry("full", '0', e -> e.xattr("user.big", "v".repeat(65_000)))
            .file(".wh.opaque", "");
    for (var length = 3990; length < 4096; length++) {
      tar.symlink("l" + length, "t".repeat(length));
    }

    judge(convert(tar.bytes()));
  }

  @Test
  void passesTheJudgeWhenFlattened() throws IOException, InterruptedException {
    for (var seed = 0L; seed < 10; seed++) {
      var disks = new TestDisks(Files.createDirectory(folder.resolve("seed-" + seed)));
      for (var layer = 0; layer < 4; layer++) {
        disks.layer(new TarBuilder().raw(new TreeModel(10 * seed + layer, 80).tar()));
      }
      judge(disks.flattened());
    }
  }

  @Test
  void passesTheJudgeAtTheDeepestLayer() throws IOException, InterruptedException {
    judge(convert(new TarBuilder().file("d/".repeat(2000) + "f", "").bytes()));
  }

  @Test
  void extractsToWhatTarPacked() throws IOException, InterruptedException {
    run("sh", "-ec", TREE);
    for (var format : new String[] {"gnu", "posix", "pax"}) {
      var tar = folder.resolve(format + ".tar").toString();
      var extracted = folder.resolve(format).toString();
      run("tar", "--format=" + format, "-cf", tar, "-C", "tree", ".");

      var image = convert(Files.readAllBytes(Path.of(tar))).toString();
      run(Tools.fsck(), "--extract=" + extracted, image);

      assertThat(run("tar", "-df", tar, "-C", extracted)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gnu", "0.0", "0.1", "1.0"})
  void expandsSparseFilesAndKeepsTheirHoles(String format)
      throws IOException, InterruptedException {
    run("sh", "-ec", SPARSE);
    var options =
        format.equals("gnu")
            ? List.of("--format=gnu")
            : List.of("--format=posix", "--sparse-version=" + format);
    var command = new ArrayList<>(List.of("tar", "-S", "-cf", "sparse.tar"));
    command.addAll(options);
    command.add("sparse");
    run(command.toArray(String[]::new));
    var tar = Files.readAllBytes(folder.resolve("sparse.tar"));
    assertThat(tar.length).as("tar that is itself sparse").isLessThan(1 << 20);

    var image = convert(tar);

    judge(image);
    assertThat(ErofsImage.read(image).at("/sparse").content())
        .isEqualTo(new String(Files.readAllBytes(folder.resolve("sparse")), ISO_8859_1));
    var blocks = Long.parseLong(run("stat", "-c", "%b", image.toString()).strip());
    assertThat(blocks * 512).as("bytes the image occupies").isLessThan(21 << 20);
  }

  private void judge(Path image) throws IOException, InterruptedException {
    Tools.judge(folder, image);
  }

  private Path convert(byte[] tar) throws IOException {
    var target = folder.resolve("layer.erofs");
    new LayerConverter(LayerLimits.DEFAULT)
        .convert(new ByteArrayInputStream(tar), TestLayer.TAR, target, _ -> {});
    return target;
  }

  private String run(String... command) throws IOException, InterruptedException {
    return Tools.run(folder, command);
  }
}
