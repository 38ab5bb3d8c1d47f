package dev.kctl.engine;

import dev.kctl.image.Image;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Writes what commands print without asking the engine: both indexes, and inspect.json. */
final class Indexes {
  private final Path root;
  private final String bootId;
  private final String buildId;

  Indexes(Path root, String bootId, String buildId) {
    this.root = root;
    this.bootId = bootId;
    this.buildId = buildId;
  }

  void inspect(Container container) {
    write(container.files().inspect(), Json.pretty(ContainerJson.inspect(container)));
  }

  synchronized void containers(Collection<Container> containers) {
    var newestFirst = new ArrayList<>(containers);
    newestFirst.sort((a, b) -> b.spec().created().compareTo(a.spec().created()));
    var rows = newestFirst.stream().map(ContainerJson::row).toList();
    var text = new ContainerIndex(bootId, buildId, rows).text();
    write(ContainerIndex.file(root.toFile()).toPath(), text.getBytes(StandardCharsets.UTF_8));
  }

  synchronized void images(List<Image> images) {
    var text =
        new ImageIndexFile(buildId, images.stream().map(ImageJson::row).toList()).text(bootId);
    var file = ImageIndexFile.file(root.toFile()).toPath();
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A missing or stale index only makes commands ask the engine. */
  private static void write(Path file, byte[] content) {
    try {
      DurableFiles.replaceQuickly(file, content);
    } catch (IOException e) {
      System.err.println("engine: writing " + file + ": " + e);
    }
  }
}
