package dev.kctl.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What names lead to: the OCI layout's {@code index.json}, one descriptor a name. A name is a tag,
 * or a repository with the digest that was pulled from it.
 */
final class RefIndex {
  private static final String NAME = "org.opencontainers.image.ref.name";

  private final StoreLayout layout;

  RefIndex(StoreLayout layout) {
    this.layout = layout;
  }

  /** Names in full, in order, with the manifest of the image each leads to. */
  SortedMap<String, Descriptor> read() {
    try {
      return parse(Files.readAllBytes(layout.index()));
    } catch (NoSuchFileException _) {
      return new TreeMap<>();
    } catch (IOException | IllegalArgumentException | InvalidReference e) {
      throw StoreDamaged.of(
          layout.index()
              + " cannot be read ("
              + e.getMessage()
              + "): move it away and pull the images again",
          e);
    }
  }

  private static SortedMap<String, Descriptor> parse(byte[] bytes) throws IOException {
    var json = Json.MAPPER.readTree(bytes);
    if (!json.path("manifests").isArray()) {
      throw new IOException("it has no list of manifests");
    }
    var refs = new TreeMap<String, Descriptor>();
    for (var entry : json.path("manifests")) {
      var name = entry.path("annotations").path(NAME).asText("");
      if (!name.isEmpty()) {
        refs.put(ImageRef.parse(name).canonical(), descriptor(entry));
      }
    }
    return refs;
  }

  private static Descriptor descriptor(JsonNode entry) {
    return new Descriptor(
        entry.path("mediaType").asText(Manifest.OCI_MANIFEST),
        Digest.parse(entry.path("digest").asText("")),
        entry.path("size").asLong(),
        null);
  }

  /** Replaces the whole index; only within the store's lock. */
  void write(SortedMap<String, Descriptor> refs) throws IOException {
    var json = Json.MAPPER.createObjectNode();
    json.put("schemaVersion", 2).put("mediaType", Manifest.OCI_INDEX);
    var manifests = json.putArray("manifests");
    refs.forEach(
        (name, manifest) ->
            manifests
                .addObject()
                .put("mediaType", manifest.mediaType())
                .put("digest", manifest.digest().toString())
                .put("size", manifest.size())
                .putObject("annotations")
                .put(NAME, name));
    layout.replace(layout.index(), json.toString().getBytes(StandardCharsets.UTF_8));
  }
}
