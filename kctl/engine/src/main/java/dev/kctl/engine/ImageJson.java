package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.image.Image;
import dev.kctl.image.ImageRef;
import dev.kctl.image.RepoDigest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/** Images in Docker's shapes. */
final class ImageJson {
  private ImageJson() {}

  static ObjectNode inspect(Image image) {
    var json = Json.object();
    json.put("Id", image.id().toString());
    json.set("RepoTags", Json.strings(image.tags().stream().map(ImageRef::familiar).toList()));
    json.set(
        "RepoDigests",
        Json.strings(image.repoDigests().stream().map(RepoDigest::familiar).toList()));
    json.put("Parent", "");
    json.put("Comment", "");
    json.put("Created", image.created().toString());
    json.put("DockerVersion", "");
    var raw = raw(image);
    json.put("Author", raw.path("author").asText(""));
    json.set("Config", raw.path("config").isObject() ? raw.path("config") : Json.object());
    json.put("Architecture", image.platform().architecture());
    if (image.platform().variant() != null) {
      json.put("Variant", image.platform().variant());
    }
    json.put("Os", image.platform().os());
    json.put("Size", image.size());
    json.putObject("GraphDriver").putNull("Data").put("Name", "erofs");
    var root = json.putObject("RootFS").put("Type", "layers");
    var layers = root.putArray("Layers");
    image.diffIds().forEach(diffId -> layers.add(diffId.toString()));
    json.putObject("Metadata").put("LastTagTime", ContainerState.NEVER);
    return json;
  }

  static ObjectNode summary(Image image, int containers) {
    var json = Json.object();
    json.put("Id", image.id().toString());
    json.put("ParentId", "");
    json.set("RepoTags", Json.strings(image.tags().stream().map(ImageRef::familiar).toList()));
    json.set(
        "RepoDigests",
        Json.strings(image.repoDigests().stream().map(RepoDigest::familiar).toList()));
    json.put("Created", image.created().getEpochSecond());
    json.put("Size", image.size());
    json.put("SharedSize", -1);
    json.set("Labels", Json.map(image.config().labels()));
    json.put("Containers", containers);
    return json;
  }

  static ImageIndexFile.Row row(Image image) {
    var tags = new StringJoiner(",");
    image.tags().forEach(tag -> tags.add(tag.familiar()));
    var digests = new StringJoiner(",");
    image.repoDigests().forEach(digest -> digests.add(digest.familiar()));
    var labels = new StringJoiner(",");
    image.config().labels().forEach((key, value) -> labels.add(key + "=" + value));
    return new ImageIndexFile.Row(
        image.id().toString(),
        tags.toString(),
        digests.toString(),
        image.created().getEpochSecond(),
        image.size(),
        labels.toString());
  }

  /** The image's configuration as its builder wrote it. */
  static ObjectNode raw(Image image) {
    try {
      return Json.parse(image.rawConfigJson().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      return Json.object();
    }
  }
}
