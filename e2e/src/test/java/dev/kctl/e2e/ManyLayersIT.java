package dev.kctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images with more layers than a machine has slots for disks. */
class ManyLayersIT {
  /** Everything that layers do to each other; with busybox below them twelve: all get disks. */
  private static final List<String> LAYERS =
      List.of(
          "mkdir -p tree/d/sub tree/o/deep tree/gone/in; echo 1 >tree/d/a; echo 1 >tree/d/b;"
              + " echo 1 >tree/o/old; echo 1 >tree/o/deep/old; echo 1 >tree/gone/in/f;"
              + " echo h >tree/h1; ln tree/h1 tree/h2; ln tree/h1 tree/d/h3; ln -s d/a tree/soft",
          "mkdir -p tree/d; : >tree/d/.wh.a; : >tree/.wh.gone",
          "mkdir -p tree/o/deep; : >tree/o/.wh..wh..opq; echo 3 >tree/o/deep/new",
          "mkdir -p tree/gone; echo 4 >tree/gone/again",
          "mkdir -p tree/types/dir; echo 5 >tree/types/file; echo 5 >tree/types/dir/in;"
              + " echo 5 >tree/types/link",
          "mkdir -p tree/types/file; echo 6 >tree/types/file/in; echo 6 >tree/types/dir;"
              + " ln -s nowhere tree/types/link",
          "mkdir -p tree/d; chmod 1777 tree/d; touch -d @1000000000 tree/d; : >tree/.wh.soft",
          "mkdir -p tree/d; echo 8 >tree/h1; ln tree/h1 tree/h4; : >tree/d/.wh.never",
          "mkdir -p tree/types/link; echo 9 >tree/types/link/in; chmod 4755 tree/types/link/in",
          "mkdir -p tree/many; cd tree/many; for i in $(seq 150); do echo $i >$i; done",
          "mkdir -p tree/many; cd tree/many; for i in $(seq 1 3 150); do : >.wh.$i; done;"
              + " for i in $(seq 2 3 150); do echo new $i >$i; done");

  private static final String LISTING =
      """
      find /tree | sort | while read -r f; do
        if [ -d "$f" ] && [ ! -L "$f" ]; then stat -c '%n %f %u %g %Y' "$f"; else stat -c '%n %f %u %g %s %Y' "$f"; fi
      done
      find /tree -type l | sort | while read -r f; do readlink "$f"; done
      find /tree -type f | sort | xargs md5sum
      """;

  private final Kctl kctl = Kctl.create("many");
  @TempDir private Path folder;
  private LocalRegistry registry;

  @BeforeEach
  void start() {
    registry = LocalRegistry.start(folder.resolve("registry"));
  }

  @AfterEach
  void end() {
    kctl.assertNothingLeft();
    kctl.close();
    registry.close();
  }

  private LayeredImage image() {
    var image = new LayeredImage(folder).busybox();
    LAYERS.forEach(image::layer);
    return image;
  }

  /** The same image with so many layers above that hold one file each, beside the others. */
  private static LayeredImage with(LayeredImage image, int more) {
    for (var i = 0; i < more; i++) {
      image.layer(
          "mkdir -p tree/many/pad; touch -d @1 tree/many/pad; echo " + i + " >tree/many/pad/" + i);
    }
    return image;
  }

  @Test
  void showFlattenedWhatTheKernelsOverlayShowsOfThemSingly() throws IOException {
    var singly = registry.reference("singly:1");
    var flattened = registry.reference("flattened:1");
    var image = image();
    image.push(singly);
    with(image, 28).push(flattened);
    kctl.succeed("pull", singly);
    assertThat(kctl.root().resolve("flattened")).isEmptyDirectory();

    var expected = kctl.succeed("run", "--rm", singly, "sh", "-c", LISTING);
    var shown = kctl.succeed("run", "--rm", flattened, "sh", "-c", LISTING);

    assertThat(flattenedDisks()).hasSize(1);
    assertThat(expected.lines()).hasSizeGreaterThan(200).anyMatch(line -> line.contains("/h4 "));
    // The directory that holds the padding has the time of the uppermost padding.
    assertThat(shown.lines().filter(line -> !line.contains("/many/pad") && !isPadded(line)))
        .containsExactlyElementsOf(expected.lines().filter(line -> !isPadded(line)).toList());
  }

  private static boolean isPadded(String line) {
    return line.startsWith("/tree/many 41") || line.startsWith("/tree 41");
  }

  @Test
  void runAndAreInspectedAndRemovedLikeAnyOther() throws IOException {
    var forty = registry.reference("forty:1");
    with(image(), 28).push(forty);

    assertThat(kctl.run("run", "--rm", forty, "sh", "-c", LINKS).stdout()).isEqualTo("1\n27\n");

    var inspected = new ObjectMapper().readTree(kctl.succeed("image", "inspect", forty)).get(0);
    assertThat(inspected.get("RootFS").get("Layers")).hasSize(40);
    kctl.succeed("rmi", forty);
    assertThat(flattenedDisks()).isEmpty();
  }

  /** How many inodes two names of one file have, and what the uppermost layer says. */
  private static final String LINKS =
      "stat -c %i /tree/h2 /tree/d/h3 | sort -u | grep -c . ; cat /tree/many/pad/27";

  private List<Path> flattenedDisks() throws IOException {
    try (var all = Files.list(kctl.root().resolve("flattened"))) {
      return all.toList();
    }
  }
}
