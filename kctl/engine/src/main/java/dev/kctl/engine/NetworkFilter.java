package dev.kctl.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.function.Predicate;

/** The filters of the list of networks. */
final class NetworkFilter {
  static final Set<String> KNOWN =
      Set.of("dangling", "driver", "id", "label", "name", "scope", "type");

  private static final Set<String> BUILT_IN = Set.of("bridge", "host", "none");
  private static final Set<String> TRUE = Set.of("true", "1");
  private static final Set<String> FALSE = Set.of("false", "0");

  private final Filters filters;
  private final Predicate<JsonNode> isUsed;

  /**
   * Refuses values that make no sense, in Docker's words.
   *
   * @param isUsed whether a container is to be in a network, running or not
   */
  NetworkFilter(Filters filters, Predicate<JsonNode> isUsed) {
    this.filters = filters;
    this.isUsed = isUsed;
    for (var type : filters.get("type")) {
      if (!Set.of("builtin", "custom").contains(type)) {
        throw new EngineException.InvalidParameter("invalid filter: 'type'='" + type + "'");
      }
    }
    for (var dangling : filters.get("dangling")) {
      if (!TRUE.contains(dangling) && !FALSE.contains(dangling)) {
        throw new EngineException.InvalidParameter("invalid filter 'dangling=" + dangling + "'");
      }
    }
  }

  /** Whether a network, in Docker's shape, is wanted. */
  boolean wants(JsonNode network) {
    var name = network.path("Name").asText();
    return filters.anyPattern("name", pattern -> pattern.test(name))
        && filters.anyPattern("id", pattern -> pattern.test(network.path("Id").asText()))
        && filters.any("driver", driver -> driver.equals(network.path("Driver").asText()))
        && filters.any("scope", "local"::equals)
        && filters.any("type", type -> BUILT_IN.contains(name) == type.equals("builtin"))
        && filters.any("dangling", dangling -> TRUE.contains(dangling) == isDangling(network))
        && filters.labels(Json.entries(network.path("Labels")));
  }

  private boolean isDangling(JsonNode network) {
    return !BUILT_IN.contains(network.path("Name").asText()) && !isUsed.test(network);
  }
}
