package dev.kctl.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An image's configuration blob, read.
 *
 * @param diffIds digests of the layers' tars, the base first
 */
record ImageMetadata(ImageConfig config, Platform platform, Instant created, List<Digest> diffIds) {

  /**
   * Reads the blob.
   *
   * @throws NotAManifest naming what is wrong
   */
  static ImageMetadata parse(ImageRef ref, byte[] bytes) {
    var json = read(ref, bytes);
    var diffIds = new ArrayList<Digest>();
    for (var diffId : json.path("rootfs").path("diff_ids")) {
      if (!Digest.isDigest(diffId.asText())) {
        throw NotAManifest.of(
            ref, "its configuration has diff id '" + Printable.line(diffId.asText(), 80) + "'");
      }
      diffIds.add(Digest.parse(diffId.asText()));
    }
    var variant = json.path("variant").asText("");
    var platform =
        new Platform(
            Printable.line(json.path("os").asText("linux"), 32),
            Printable.line(json.path("architecture").asText(""), 32),
            variant.isEmpty() ? null : Printable.line(variant, 32));
    return new ImageMetadata(
        config(json.path("config")), platform, created(json), List.copyOf(diffIds));
  }

  private static JsonNode read(ImageRef ref, byte[] bytes) {
    try {
      var json = Json.MAPPER.readTree(bytes);
      if (json == null || !json.isObject()) {
        throw NotAManifest.of(ref, "its configuration is no JSON object");
      }
      return json;
    } catch (IOException e) {
      throw NotAManifest.of(ref, "its configuration is no JSON");
    }
  }

  private static ImageConfig config(JsonNode json) {
    return new ImageConfig(
        strings(json.path("Entrypoint")),
        strings(json.path("Cmd")),
        orEmpty(strings(json.path("Env"))),
        json.path("WorkingDir").asText(""),
        json.path("User").asText(""),
        labels(json.path("Labels")),
        keys(json.path("ExposedPorts")),
        keys(json.path("Volumes")),
        json.hasNonNull("StopSignal") ? json.path("StopSignal").asText() : null);
  }

  private static Instant created(JsonNode json) {
    try {
      return OffsetDateTime.parse(json.path("created").asText("")).toInstant();
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }

  private static @Nullable List<String> strings(JsonNode array) {
    if (!array.isArray()) {
      return null;
    }
    var all = new ArrayList<String>();
    array.forEach(entry -> all.add(entry.asText()));
    return List.copyOf(all);
  }

  private static List<String> orEmpty(@Nullable List<String> list) {
    return list == null ? List.of() : list;
  }

  private static Map<String, String> labels(JsonNode object) {
    var all = new LinkedHashMap<String, String>();
    object.properties().forEach(entry -> all.put(entry.getKey(), entry.getValue().asText()));
    return all;
  }

  private static Set<String> keys(JsonNode object) {
    var all = new LinkedHashSet<String>();
    object.fieldNames().forEachRemaining(all::add);
    return all;
  }
}
