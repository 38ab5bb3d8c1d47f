package dev.kctl.engine;

import java.util.Optional;
import java.util.Set;

/** The filters of `GET /events`. */
final class EventFilter {
  private static final Set<String> KNOWN =
      Set.of(
          "config",
          "container",
          "daemon",
          "event",
          "image",
          "label",
          "network",
          "node",
          "plugin",
          "scope",
          "secret",
          "service",
          "type",
          "volume");

  /** Actions that are followed by what exactly was done. */
  private static final Set<String> PREFIXES = Set.of("health_status", "exec_create", "exec_start");

  private final Filters filters;

  EventFilter(Optional<String> json) {
    this.filters = Filters.parse(json, KNOWN);
  }

  boolean wants(EngineEvent event) {
    return filters.any("type", event.type()::equals)
        && filters.any("event", wanted -> isAction(event.action(), wanted))
        && filters.any("container", wanted -> isObject(event, "container", wanted))
        && filters.any("image", wanted -> isImage(event, wanted))
        && filters.any("scope", "local"::equals)
        && filters.labels(event.attributes())
        && others(event);
  }

  /** Kinds of objects that there are no events of. */
  private boolean others(EngineEvent event) {
    return KNOWN.stream()
        .filter(kind -> Set.of("config", "daemon", "network", "node", "plugin").contains(kind))
        .allMatch(kind -> filters.any(kind, wanted -> isObject(event, kind, wanted)));
  }

  private static boolean isAction(String action, String wanted) {
    return action.equals(wanted) || (PREFIXES.contains(wanted) && action.startsWith(wanted + ":"));
  }

  private static boolean isObject(EngineEvent event, String type, String wanted) {
    return event.type().equals(type)
        && !wanted.isEmpty()
        && (event.id().startsWith(wanted)
            || event.attributes().getOrDefault("name", "").startsWith(wanted));
  }

  private static boolean isImage(EngineEvent event, String wanted) {
    var name =
        event.type().equals("image")
            ? event.attributes().getOrDefault("name", event.id())
            : event.attributes().getOrDefault("image", "");
    return event.id().equals(wanted)
        || name.equals(wanted)
        || ImageNames.withTag(name).equals(ImageNames.withTag(wanted))
        || withoutTag(name).equals(wanted);
  }

  private static String withoutTag(String name) {
    var colon = name.lastIndexOf(':');
    return colon > name.lastIndexOf('/') ? name.substring(0, colon) : name;
  }
}
