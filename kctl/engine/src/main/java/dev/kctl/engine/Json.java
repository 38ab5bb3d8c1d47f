package dev.kctl.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as trees only: no record is bound by reflection, which would cost the engine memory. */
final class Json {
  private static final JsonMapper MAPPER = new JsonMapper();

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  static ArrayNode strings(Iterable<String> values) {
    var array = array();
    values.forEach(array::add);
    return array;
  }

  static ObjectNode map(Map<String, String> values) {
    var object = object();
    values.forEach(object::put);
    return object;
  }

  static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] pretty(JsonNode node) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads one object.
   *
   * @throws IOException where it is not valid JSON or not an object
   */
  static ObjectNode parse(byte[] json) throws IOException {
    if (MAPPER.readTree(json) instanceof ObjectNode object) {
      return object;
    }
    throw new IOException("not a JSON object");
  }

  /** The strings of an array; empty where the node is missing or null. */
  static List<String> list(JsonNode node) {
    var values = new ArrayList<String>();
    node.forEach(value -> values.add(value.asText()));
    return values;
  }

  /** The entries of an object of strings, in order; empty where the node is missing or null. */
  static Map<String, String> entries(JsonNode node) {
    var values = new LinkedHashMap<String, String>();
    node.properties().forEach(entry -> values.put(entry.getKey(), entry.getValue().asText()));
    return values;
  }
}
