package dev.kctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code pull}, {@code images}, {@code image inspect}, {@code rmi}. */
class ImagesIT {
  private final Kctl kctl = Kctl.create("img");
  private final String image = SharedRegistry.busybox();

  @AfterEach
  void end() {
    kctl.assertNothingLeft();
    kctl.close();
  }

  @Test
  void showsProgressByLayerInPlainLines() {
    var output = kctl.succeed("pull", image);
    assertThat(output).contains("Pull complete").contains("Digest: sha256:").contains(image);
    assertThat(output).doesNotContain("\u001b");
  }

  @Test
  void fetchesNothingTwice() {
    kctl.succeed("pull", image);
    assertThat(kctl.succeed("pull", image)).contains("Image is up to date for " + image);
  }

  @Test
  void listsAndRemovesWhatWasPulled() throws Exception {
    kctl.succeed("pull", image);
    var name = image.substring(0, image.lastIndexOf(':'));
    assertThat(kctl.succeed("images")).contains(name).contains("REPOSITORY");
    assertThat(kctl.succeed("rmi", image))
        .contains("Untagged: " + image)
        .contains("Deleted: sha256:");
    assertThat(kctl.succeed("images", "-q")).isEmpty();
    try (var layers = Files.list(kctl.root().resolve("layers"))) {
      assertThat(layers).isEmpty();
    }
  }

  @Test
  void sharesLayersBetweenImages() throws Exception {
    kctl.succeed("pull", image);
    kctl.succeed("pull", SharedRegistry.bulky());
    try (var layers = Files.list(kctl.root().resolve("layers"))) {
      assertThat(layers).hasSize(3);
    }
  }

  @Test
  void inspectsAsDockerDoes() throws Exception {
    kctl.succeed("pull", image);
    var inspected = new ObjectMapper().readTree(kctl.succeed("image", "inspect", image)).get(0);
    assertThat(inspected.get("RepoTags").get(0).asText()).isEqualTo(image);
    assertThat(inspected.get("Config").get("WorkingDir").asText()).isEqualTo("/work");
    assertThat(inspected.get("RootFS").get("Layers")).hasSize(2);
  }

  @Test
  void refusesToRemoveAnImageInUse() {
    kctl.succeed("pull", image);
    kctl.succeed("run", "--name", "user", image, "true");
    var finished = kctl.run("rmi", image);
    assertThat(finished.exitCode()).isEqualTo(1);
    assertThat(finished.stderr()).contains("conflict");
    kctl.succeed("rm", "user");
  }

  @Test
  void pullsWhenRunFindsNoImageAndNeverWhenToldSo() {
    var never = kctl.run("run", "--rm", "--pull", "never", image, "true");
    assertThat(never.exitCode()).isEqualTo(125);
    assertThat(never.stderr()).contains(image);
    assertThat(kctl.run("run", "--rm", image).stdout()).endsWith("hello from yes\n");
  }
}
