package dev.kctl.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a name leads to in a registry, read from the registry's own bytes. */
sealed interface Manifest {
  /** The most a manifest may have; the registries' own limit. */
  int LARGEST = 4 << 20;

  /** As in Docker: an overlay of more could not be mounted there. */
  int MOST_LAYERS = 127;

  String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
  String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

  /** The media type to store it under. */
  String mediaType();

  /** One image. */
  record Single(String mediaType, Descriptor config, List<Descriptor> layers) implements Manifest {}

  /** The same image for several platforms. */
  record Index(String mediaType, List<Descriptor> manifests) implements Manifest {

    /**
     * Chooses by containerd's order: the very platform, then older variants of it.
     *
     * @throws PlatformMismatch naming what there is
     */
    Descriptor choose(ImageRef ref, Platform wanted) {
      for (var candidate : wanted.candidates()) {
        for (var manifest : manifests) {
          if (isImage(manifest) && candidate.accepts(manifest.platform())) {
            return manifest;
          }
        }
      }
      throw PlatformMismatch.of(ref, wanted, platforms());
    }

    private static boolean isImage(Descriptor manifest) {
      return manifest.mediaType().equals(OCI_MANIFEST)
          || manifest.mediaType().equals(DOCKER_MANIFEST);
    }

    private List<Platform> platforms() {
      var all = new ArrayList<Platform>();
      for (var manifest : manifests) {
        var platform = manifest.platform();
        if (platform != null && !platform.os().equals("unknown")) {
          all.add(platform);
        }
      }
      return all;
    }
  }

  /**
   * Reads a manifest or an index.
   *
   * @param contentType what the registry called it; the document's own {@code mediaType} wins
   * @throws NotAManifest naming what is wrong
   */
  static Manifest parse(ImageRef ref, byte[] bytes, String contentType) {
    var json = readObject(ref, bytes);
    var type = json.path("mediaType").asText(contentType.split(";", 2)[0].strip());
    if (json.path("schemaVersion").asInt(-1) == 1) {
      throw NotAManifest.of(ref, "it has schema 1, which registries gave up: push it anew");
    }
    if (json.path("schemaVersion").asInt(-1) != 2) {
      throw NotAManifest.of(ref, "its schemaVersion is not 2 but " + json.path("schemaVersion"));
    }
    if (json.has("manifests")) {
      return new Index(
          known(ref, type, OCI_INDEX, DOCKER_LIST), descriptors(ref, json.path("manifests")));
    }
    if (!json.has("config") || !json.has("layers")) {
      throw NotAManifest.of(ref, "it has neither manifests nor config and layers");
    }
    return single(ref, known(ref, type, OCI_MANIFEST, DOCKER_MANIFEST), json);
  }

  private static Single single(ImageRef ref, String type, JsonNode json) {
    var config = descriptor(ref, json.path("config"));
    var artifact = json.path("artifactType").asText("");
    var configTypes =
        Set.of(
            "application/vnd.oci.image.config.v1+json",
            "application/vnd.docker.container.image.v1+json");
    if (!configTypes.contains(config.mediaType())) {
      throw NotAManifest.of(
          ref,
          "it is an artifact of type "
              + Printable.line(artifact.isEmpty() ? config.mediaType() : artifact, 128)
              + ", not an image");
    }
    var layers = descriptors(ref, json.path("layers"));
    if (layers.isEmpty() || layers.size() > MOST_LAYERS) {
      throw NotAManifest.of(
          ref, "it has " + layers.size() + " layers where 1 to " + MOST_LAYERS + " are possible");
    }
    return new Single(type, config, layers);
  }

  private static String known(ImageRef ref, String type, String oci, String docker) {
    if (type.equals(docker) || type.equals(oci)) {
      return type;
    }
    // Registries may send application/json; OCI makes the field in the document optional.
    if (type.isEmpty() || type.equals("application/json") || type.startsWith("text/plain")) {
      return oci;
    }
    throw NotAManifest.of(ref, "its media type is " + Printable.line(type, 128));
  }

  private static List<Descriptor> descriptors(ImageRef ref, JsonNode array) {
    if (!array.isArray()) {
      throw NotAManifest.of(ref, "a list of descriptors is none");
    }
    var all = new ArrayList<Descriptor>();
    for (var entry : array) {
      all.add(descriptor(ref, entry));
    }
    return List.copyOf(all);
  }

  private static Descriptor descriptor(ImageRef ref, JsonNode json) {
    var digest = json.path("digest").asText("");
    var size = json.path("size").asLong(-1);
    if (!Digest.isDigest(digest) || size < 0) {
      throw NotAManifest.of(
          ref, "a descriptor has digest '" + Printable.line(digest, 80) + "' and size " + size);
    }
    var mediaType = json.path("mediaType").asText("");
    return new Descriptor(mediaType, Digest.parse(digest), size, platform(json.path("platform")));
  }

  private static @Nullable Platform platform(JsonNode json) {
    if (!json.isObject()) {
      return null;
    }
    var variant = Optional.of(json.path("variant").asText("")).filter(v -> !v.isEmpty());
    return new Platform(
        Printable.line(json.path("os").asText(""), 32),
        Printable.line(json.path("architecture").asText(""), 32),
        variant.map(v -> Printable.line(v, 32)).orElse(null));
  }

  private static JsonNode readObject(ImageRef ref, byte[] bytes) {
    try {
      var json = Json.MAPPER.readTree(bytes);
      if (json == null || !json.isObject()) {
        throw NotAManifest.of(ref, "it is no JSON object: " + start(bytes));
      }
      return json;
    } catch (JsonProcessingException e) {
      throw NotAManifest.of(ref, "it is no JSON: " + start(bytes));
    } catch (IOException e) {
      throw new AssertionError("bytes in memory can be read", e);
    }
  }

  private static String start(byte[] bytes) {
    return "'"
        + Printable.line(
            new String(
                bytes, 0, Math.min(bytes.length, 60), java.nio.charset.StandardCharsets.UTF_8),
            60)
        + "'";
  }
}
