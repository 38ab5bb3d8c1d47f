package dev.kctl.engine;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/** The filters of the list of containers. */
final class ContainerFilter {
  private static final Set<String> STATUSES =
      Set.of("created", "restarting", "running", "removing", "paused", "exited", "dead");
  private static final Set<String> HEALTH = Set.of("starting", "healthy", "unhealthy", "none");

  private ContainerFilter() {}

  /** Refuses values that no container can have, in Docker's words. */
  static void check(Filters filters) {
    check(filters, "status", STATUSES);
    check(filters, "health", HEALTH);
    for (var key : List.of("publish", "expose")) {
      filters.get(key).forEach(port -> PortFilter.parse(key, port));
    }
    for (var code : filters.get("exited")) {
      if (!code.matches("-?\\d{1,9}")) {
        throw new EngineException.InvalidParameter("invalid filter 'exited=" + code + "'");
      }
    }
  }

  private static void check(Filters filters, String key, Set<String> known) {
    for (var value : filters.get(key)) {
      if (!known.contains(value)) {
        throw new EngineException.InvalidParameter(
            "Unrecognised filter value for " + key + ": " + value);
      }
    }
  }

  static boolean matches(Container container, Filters filters, Containers all) {
    var spec = container.spec();
    var state = container.state();
    return filters.labels(spec.labels())
        && filters.anyPattern("id", pattern -> pattern.test(spec.id().hex()))
        && filters.anyPattern(
            "name", pattern -> pattern.test("/" + spec.name()) || pattern.test(spec.name()))
        && filters.any("status", wanted -> wanted.equals(state.status()))
        && filters.any("exited", code -> isExited(state, code))
        && filters.any("ancestor", image -> descends(spec, image))
        && filters.any("network", network -> isIn(container, network))
        && filters.any("health", health -> health.equals(health(container)))
        && filters.any("is-task", task -> task.equals("false"))
        && filters.any("before", other -> created(all, other).isAfter(spec.created()))
        && filters.any("since", other -> created(all, other).isBefore(spec.created()))
        && filters.get("volume").isEmpty()
        && filters.any("publish", port -> publishes(spec, port))
        && filters.any("expose", port -> exposes(spec, port));
  }

  private static String health(Container container) {
    return HealthCheck.of(container.spec().config()).isPresent()
        ? container.health().status().word()
        : "none";
  }

  private static Instant created(Containers all, String reference) {
    return all.get(reference).spec().created();
  }

  private static boolean isExited(ContainerState state, String code) {
    return state instanceof ContainerState.Exited exited
        && code.equals(String.valueOf(exited.exitCode()));
  }

  private static boolean descends(ContainerSpec spec, String image) {
    return spec.image().equals(image)
        || ImageNames.withTag(spec.image()).equals(ImageNames.withTag(image))
        || spec.imageId().equals(image)
        || (image.length() >= 6 && spec.imageId().startsWith("sha256:" + image));
  }

  /** By the network's name or its id. */
  private static boolean isIn(Container container, String network) {
    return container.networks().networks().properties().stream()
        .anyMatch(
            entry ->
                entry.getKey().equals(network)
                    || entry.getValue().path("NetworkID").asText().equals(network));
  }

  private static boolean publishes(ContainerSpec spec, String port) {
    return PortFilter.parse("publish", port).isIn(spec.hostConfig().path("PortBindings"));
  }

  private static boolean exposes(ContainerSpec spec, String port) {
    return PortFilter.parse("expose", port).isIn(spec.config().path("ExposedPorts"));
  }
}
