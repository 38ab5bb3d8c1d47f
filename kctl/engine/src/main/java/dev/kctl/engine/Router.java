package dev.kctl.engine;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Finds the handler of a request: `/v1.NN` in front is optional, a variable `{x}` is one segment
 * and `{x*}` as many as there are, for image names hold slashes.
 */
final class Router {
  private static final Pattern VERSION = Pattern.compile("/v(\\d+)\\.(\\d+)(/.*)");
  private static final Pattern VARIABLE = Pattern.compile("\\{[a-z]+(\\*?)}");

  private final List<Route> routes = new ArrayList<>();

  /** Handles one request; the variables of its path come decoded and in order. */
  @FunctionalInterface
  interface Handler {
    void handle(HttpExchange exchange, List<String> variables)
        throws IOException, InterruptedException;
  }

  private record Route(String method, Pattern path, Handler handler) {}

  Router on(String method, String template, Handler handler) {
    var pattern = new StringBuilder();
    var matcher = VARIABLE.matcher(template);
    while (matcher.find()) {
      matcher.appendReplacement(pattern, matcher.group(1).isEmpty() ? "([^/]+)" : "(.+)");
    }
    matcher.appendTail(pattern);
    routes.add(new Route(method, Pattern.compile(pattern.toString()), handler));
    return this;
  }

  void handle(HttpExchange exchange) throws IOException, InterruptedException {
    var request = exchange.request();
    var path = unversioned(request.path());
    for (var route : routes) {
      if (route.method.equals(request.method())) {
        var matcher = route.path.matcher(path);
        if (matcher.matches()) {
          var variables = new ArrayList<String>();
          for (var group = 1; group <= matcher.groupCount(); group++) {
            // A plus is a plus in a path; URLDecoder is made for forms.
            var value = matcher.group(group).replace("+", "%2B");
            variables.add(URLDecoder.decode(value, StandardCharsets.UTF_8));
          }
          route.handler.handle(exchange, variables);
          return;
        }
      }
    }
    throw new EngineException.PageNotFound();
  }

  static String unversioned(String path) {
    var matcher = VERSION.matcher(path);
    if (!matcher.matches()) {
      return path;
    }
    var version = matcher.group(1) + "." + matcher.group(2);
    if (!matcher.group(1).equals("1") || minor(matcher.group(2)) > ServerIdentity.API_MINOR) {
      throw new EngineException.InvalidParameter(
          "client version "
              + version
              + " is too new. Maximum supported API version is "
              + ServerIdentity.API_VERSION);
    }
    if (minor(matcher.group(2)) < ServerIdentity.MIN_API_MINOR) {
      throw new EngineException.InvalidParameter(
          "client version "
              + version
              + " is too old. Minimum supported API version is 1."
              + ServerIdentity.MIN_API_MINOR
              + ", please upgrade your client to a newer version");
    }
    return matcher.group(3);
  }

  private static int minor(String digits) {
    return digits.length() > 4 ? Integer.MAX_VALUE : Integer.parseInt(digits);
  }
}
