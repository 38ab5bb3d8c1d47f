package dev.kctl.engine;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The head of one HTTP request.
 *
 * @param path still percent-encoded, without the query
 * @param headers by lower-case name
 */
record HttpRequest(
    String method,
    String path,
    Map<String, List<String>> query,
    Map<String, String> headers,
    boolean keepAlive) {
  private static final Set<String> FALSE = Set.of("", "0", "no", "false", "none");

  static HttpRequest of(String method, String target, Map<String, String> headers, boolean http11) {
    var mark = target.indexOf('?');
    var path = mark < 0 ? target : target.substring(0, mark);
    var query = mark < 0 ? "" : target.substring(mark + 1);
    var connection = headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
    var keepAlive = http11 ? !connection.contains("close") : connection.contains("keep-alive");
    return new HttpRequest(method, path, parseQuery(query), headers, keepAlive);
  }

  Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName));
  }

  /** The first value of a query parameter, where it is given and not empty. */
  Optional<String> parameter(String name) {
    return parameters(name).stream().findFirst().filter(value -> !value.isEmpty());
  }

  List<String> parameters(String name) {
    return query.getOrDefault(name, List.of());
  }

  /** A boolean parameter by dockerd's rule: unset, empty, 0, no, false, none are false. */
  boolean flag(String name) {
    return !FALSE.contains(parameter(name).orElse("").toLowerCase(Locale.ROOT));
  }

  /** A whole number, or this one where it is not given. */
  int number(String name, int otherwise) {
    var text = parameter(name);
    try {
      return text.map(Integer::parseInt).orElse(otherwise);
    } catch (NumberFormatException e) {
      throw new EngineException.InvalidParameter("invalid " + name + ": " + text.orElse(""), e);
    }
  }

  /** The minor number of the API version in the path; the engine's own where there is none. */
  int apiMinor() {
    var end = path.indexOf('/', 1);
    if (!path.startsWith("/v1.") || end < 0) {
      return ServerIdentity.API_MINOR;
    }
    try {
      return Integer.parseInt(path, 4, end, 10);
    } catch (NumberFormatException e) {
      return ServerIdentity.API_MINOR;
    }
  }

  boolean wantsUpgrade() {
    return header("connection").orElse("").toLowerCase(Locale.ROOT).contains("upgrade")
        && header("upgrade").isPresent();
  }

  private static Map<String, List<String>> parseQuery(String query) {
    var values = new LinkedHashMap<String, List<String>>();
    for (var pair : query.split("&", -1)) {
      if (!pair.isEmpty()) {
        var equals = pair.indexOf('=');
        var name = equals < 0 ? pair : pair.substring(0, equals);
        var value = equals < 0 ? "" : pair.substring(equals + 1);
        values.computeIfAbsent(decode(name), _ -> new ArrayList<>()).add(decode(value));
      }
    }
    return values;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new EngineException.InvalidParameter("malformed percent encoding: " + text, e);
    }
  }
}
