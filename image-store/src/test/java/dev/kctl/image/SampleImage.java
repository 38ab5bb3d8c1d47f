package dev.kctl.image;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** An image made in memory and put into a registry blob by blob. */
record SampleImage(Platform platform, List<SampleLayer> layers) {

  static SampleImage of(SampleLayer... layers) {
    return new SampleImage(Platform.host(), List.of(layers));
  }

  byte[] config() {
    var json = Json.MAPPER.createObjectNode();
    json.put("created", "2026-01-02T03:04:05Z");
    json.put("architecture", platform.architecture()).put("os", platform.os());
    if (platform.variant() != null) {
      json.put("variant", platform.variant());
    }
    var config = json.putObject("config");
    config.putArray("Entrypoint").add("/bin/hello");
    config.putArray("Env").add("PATH=/bin");
    config.putObject("Labels").put("who", "test");
    var diffIds = json.putObject("rootfs").put("type", "layers").putArray("diff_ids");
    layers.forEach(layer -> diffIds.add(layer.diffId().toString()));
    return bytes(json);
  }

  ObjectNode manifest() {
    var json = Json.MAPPER.createObjectNode();
    json.put("schemaVersion", 2).put("mediaType", Manifest.OCI_MANIFEST);
    describe(json.putObject("config"), "application/vnd.oci.image.config.v1+json", config());
    var all = json.putArray("layers");
    layers.forEach(
        layer ->
            describe(all.addObject(), "application/vnd.oci.image.layer.v1.tar+gzip", layer.blob()));
    return json;
  }

  private static void describe(ObjectNode descriptor, String mediaType, byte[] content) {
    descriptor
        .put("mediaType", mediaType)
        .put("digest", Digest.of(content).toString())
        .put("size", content.length);
  }

  static byte[] bytes(ObjectNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Puts everything but the manifest. */
  void pushBlobs(LocalRegistry registry, String repository) throws IOException {
    registry.pushBlob(repository, config());
    for (var layer : layers) {
      registry.pushBlob(repository, layer.blob());
    }
  }

  Digest push(LocalRegistry registry, String repository, String tag) throws IOException {
    pushBlobs(registry, repository);
    return registry.pushManifest(repository, tag, Manifest.OCI_MANIFEST, bytes(manifest()));
  }
}
