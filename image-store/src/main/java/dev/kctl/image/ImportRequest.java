package dev.kctl.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What the store asks of an import worker: one line of JSON.
 *
 * @param platform the one wanted; the worker knows no default
 * @param directory where the worker writes: {@code HEX.blob} and {@code DIFFID.erofs}
 * @param blobs those in the store already
 * @param layers diff ids of those in the store already
 * @param parallel layers fetched at once
 */
record ImportRequest(
    ImageRef ref,
    Platform platform,
    Optional<Credentials> auth,
    Set<String> insecureRegistries,
    Path directory,
    Set<Digest> blobs,
    Set<Digest> layers,
    int parallel) {
  private static final int SCHEMA = 1;

  /** Whether the store has the layer, blob and disk. */
  boolean has(Digest blob, Digest diffId) {
    return blobs.contains(blob) && layers.contains(diffId);
  }

  String toLine() {
    var json = Json.MAPPER.createObjectNode();
    json.put("schema", SCHEMA).put("ref", ref.canonical()).put("platform", platform.toString());
    auth.ifPresent(
        credentials ->
            json.putObject("auth")
                .put("username", credentials.username())
                .put("password", credentials.password())
                .put("identityToken", credentials.identityToken()));
    insecureRegistries.forEach(json.putArray("insecureRegistries")::add);
    json.put("directory", directory.toString());
    addAll(json.putArray("blobs"), blobs);
    addAll(json.putArray("layers"), layers);
    return json.put("parallel", parallel).toString();
  }

  private static void addAll(ArrayNode array, Collection<Digest> digests) {
    digests.forEach(digest -> array.add(digest.hex()));
  }

  /**
   * Reads the line.
   *
   * @throws WorkerFailed where it is not of this version
   */
  static ImportRequest parse(String line) {
    try {
      var json = Json.MAPPER.readTree(line);
      if (json.path("schema").asInt() != SCHEMA) {
        throw WorkerFailed.of("its request has schema " + json.path("schema"), null);
      }
      var insecure = new LinkedHashSet<String>();
      json.path("insecureRegistries").forEach(entry -> insecure.add(entry.asText()));
      return new ImportRequest(
          ImageRef.parse(json.path("ref").asText()),
          Platform.parse(json.path("platform").asText()),
          auth(json.path("auth")),
          insecure,
          Path.of(json.path("directory").asText()),
          digests(json.path("blobs")),
          digests(json.path("layers")),
          json.path("parallel").asInt(1));
    } catch (IOException e) {
      throw WorkerFailed.of("its request cannot be read", e);
    }
  }

  private static Optional<Credentials> auth(JsonNode json) {
    return json.isObject()
        ? Optional.of(
            new Credentials(
                json.path("username").asText(""),
                json.path("password").asText(""),
                json.hasNonNull("identityToken") ? json.path("identityToken").asText() : null))
        : Optional.empty();
  }

  private static Set<Digest> digests(JsonNode array) {
    var all = new LinkedHashSet<Digest>();
    array.forEach(hex -> all.add(new Digest(hex.asText())));
    return all;
  }
}
