package dev.kctl.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** An image of many layers, each packed by GNU tar from what a shell script makes. */
final class LayeredImage {
  private final Path folder;
  private final List<Path> layers = new ArrayList<>();

  LayeredImage(Path folder) {
    this.folder = folder;
  }

  /** Puts a layer on top. */
  LayeredImage layer(String script) {
    try {
      var tree = Files.createDirectories(folder.resolve("tree-" + layers.size()));
      run(tree, "sh", "-ec", script);
      var tar = folder.resolve("layer-" + layers.size() + ".tar");
      var format = new String[] {"--sort=name", "--owner=0", "--group=0", "--numeric-owner"};
      run(tree, "tar", format[0], format[1], format[2], format[3], "-cf", tar.toString(), "tree");
      layers.add(tar);
      return this;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The first layer: busybox, which is below {@code /tree} too, with every applet's name. */
  LayeredImage busybox() {
    return layer(
        "mkdir -p tree/bin; cp /bin/busybox tree/bin/;"
            + " for name in sh find sort stat md5sum readlink xargs grep cat; do ln -s busybox tree/bin/$name; done");
  }

  void push(String reference) {
    try {
      Jib.from(TarImage.at(archive()))
          .setEnvironment(Map.of("PATH", "/tree/bin"))
          .containerize(
              Containerizer.to(RegistryImage.named(reference))
                  .setAllowInsecureRegistries(true)
                  .setToolName("kctl-e2e"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while pushing " + reference, e);
    } catch (Exception e) {
      throw new AssertionError("cannot push " + reference, e);
    }
  }

  /** As {@code docker save} writes one. */
  private Path archive() throws IOException {
    var diffIds = new ArrayList<String>();
    var names = new ArrayList<String>();
    for (var layer : layers) {
      diffIds.add("\"sha256:" + sha256(layer) + "\"");
      names.add("\"" + layer.getFileName() + "\"");
    }
    Files.writeString(
        folder.resolve("config.json"),
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":"
            + diffIds
            + "}}");
    Files.writeString(
        folder.resolve("manifest.json"),
        "[{\"Config\":\"config.json\",\"RepoTags\":[\"a:b\"],\"Layers\":" + names + "}]");
    var archive = folder.resolve("image.tar");
    var command = new ArrayList<>(List.of("tar", "-cf", archive.toString()));
    command.addAll(List.of("manifest.json", "config.json"));
    layers.forEach(layer -> command.add(layer.getFileName().toString()));
    run(folder, command.toArray(String[]::new));
    return archive;
  }

  private static String sha256(Path file) throws IOException {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static void run(Path directory, String... command) throws IOException {
    var process = new ProcessBuilder(command).directory(directory.toFile()).inheritIO().start();
    try {
      assertThat(process.waitFor()).as("exit code of %s", List.of(command)).isZero();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
