package dev.kctl.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What the store asks of a worker: one line of JSON. */
sealed interface WorkerRequest permits ImportRequest, FlattenRequest {
  int SCHEMA = 2;

  /** The image that it is about, for messages. */
  ImageRef ref();

  /** The only place where the worker writes. */
  Path directory();

  /** Adds what is asked for. */
  void write(ObjectNode json);

  /** The line without its end. */
  default String toLine() {
    var json = Json.MAPPER.createObjectNode();
    json.put("schema", SCHEMA).put("ref", ref().canonical());
    json.put("directory", directory().toString());
    write(json);
    return json.toString();
  }

  /**
   * Reads the line.
   *
   * @throws WorkerFailed where it is not of this version
   */
  static WorkerRequest parse(String line) {
    try {
      var json = Json.MAPPER.readTree(line);
      if (json.path("schema").asInt() != SCHEMA) {
        throw WorkerFailed.of("its request has schema " + json.path("schema"), null);
      }
      var ref = ImageRef.parse(json.path("ref").asText());
      var directory = Path.of(json.path("directory").asText());
      return json.has("flatten")
          ? new FlattenRequest(ref, directory, new LowerLayers(digests(json.path("flatten"))))
          : ImportRequest.read(ref, directory, json);
    } catch (IOException e) {
      throw WorkerFailed.of("its request cannot be read", e);
    }
  }

  static void addAll(ArrayNode array, Collection<Digest> digests) {
    digests.forEach(digest -> array.add(digest.hex()));
  }

  static List<Digest> digests(JsonNode array) {
    var all = new ArrayList<Digest>();
    array.forEach(hex -> all.add(new Digest(hex.asText())));
    return all;
  }
}
