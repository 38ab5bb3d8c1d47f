package dev.kctl.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kctl.image.ImageConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fills a request's configuration with what the image says, by Docker's rules. */
final class ImageDefaults {
  private ImageDefaults() {}

  /** The container's complete configuration, in the shape that inspect shows. */
  static ObjectNode merge(ObjectNode request, ImageConfig image, String hostname) {
    var config = Json.object();
    config.put("Hostname", text(request, "Hostname", hostname));
    config.put("Domainname", text(request, "Domainname", ""));
    config.put("User", text(request, "User", image.user()));
    for (var flag : List.of("AttachStdin", "AttachStdout", "AttachStderr")) {
      config.put(flag, request.path(flag).asBoolean());
    }
    var ports = new LinkedHashMap<String, String>();
    image.exposedPorts().forEach(port -> ports.put(port, ""));
    request.path("ExposedPorts").fieldNames().forEachRemaining(port -> ports.put(port, ""));
    if (!ports.isEmpty()) {
      var exposed = config.putObject("ExposedPorts");
      ports.keySet().forEach(exposed::putObject);
    }
    for (var flag : List.of("Tty", "OpenStdin", "StdinOnce")) {
      config.put(flag, request.path(flag).asBoolean());
    }
    config.set("Env", Json.strings(environment(Json.list(request.path("Env")), image.env())));
    command(config, request, image);
    config.put("Image", request.path("Image").asText());
    config.putNull("Volumes");
    config.put("WorkingDir", text(request, "WorkingDir", image.workingDir()));
    config.putNull("OnBuild");
    var mac = text(request, "MacAddress", "");
    if (!mac.isEmpty()) {
      config.put("MacAddress", mac);
    }
    var labels = new LinkedHashMap<>(image.labels());
    labels.putAll(Json.entries(request.path("Labels")));
    config.set("Labels", Json.map(labels));
    var signal = text(request, "StopSignal", image.stopSignal() == null ? "" : image.stopSignal());
    if (!signal.isEmpty()) {
      config.put("StopSignal", signal);
    }
    if (request.path("StopTimeout").isNumber()) {
      config.put("StopTimeout", request.path("StopTimeout").asInt());
    }
    return config;
  }

  /** What the user set comes first; the image's variables follow where they were not set. */
  static List<String> environment(List<String> user, List<String> image) {
    var all = new ArrayList<>(user);
    var names = user.stream().map(ImageDefaults::name).toList();
    image.stream().filter(entry -> !names.contains(name(entry))).forEach(all::add);
    return all;
  }

  static String name(String variable) {
    var equals = variable.indexOf('=');
    return equals < 0 ? variable : variable.substring(0, equals);
  }

  /**
   * A given entrypoint drops the image's command; an entrypoint of one empty string clears the
   * image's; without an entrypoint, a command replaces the image's command only.
   */
  private static void command(ObjectNode config, ObjectNode request, ImageConfig image) {
    var entrypoint = listOrNull(request, "Entrypoint");
    var command = listOrNull(request, "Cmd");
    if (entrypoint == null || entrypoint.isEmpty()) {
      if (command == null || command.isEmpty()) {
        command = image.cmd();
      }
      if (entrypoint == null) {
        entrypoint = image.entrypoint();
      }
    }
    if (entrypoint != null && entrypoint.equals(List.of(""))) {
      entrypoint = null;
    }
    if (isEmpty(entrypoint) && isEmpty(command)) {
      throw new EngineException.InvalidParameter(
          "no command specified: neither the request nor the image "
              + request.path("Image").asText()
              + " names one");
    }
    config.set("Cmd", command == null ? config.nullNode() : Json.strings(command));
    config.set("Entrypoint", entrypoint == null ? config.nullNode() : Json.strings(entrypoint));
  }

  private static boolean isEmpty(@Nullable List<String> list) {
    return list == null || list.isEmpty();
  }

  /** Docker accepts one string for a list of one. */
  private static @Nullable List<String> listOrNull(ObjectNode request, String name) {
    var node = request.path(name);
    if (node.isMissingNode() || node.isNull()) {
      return null;
    }
    return node.isTextual() ? List.of(node.asText()) : Json.list(node);
  }

  private static String text(ObjectNode request, String name, String otherwise) {
    var value = request.path(name).asText("");
    return value.isEmpty() || value.equals("null") ? otherwise : value;
  }
}
