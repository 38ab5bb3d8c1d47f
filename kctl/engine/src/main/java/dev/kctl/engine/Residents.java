package dev.kctl.engine;

import dev.kctl.engine.network.Resident;

/** Containers as their networks know them. */
final class Residents {
  private Residents() {}

  static Resident of(ContainerSpec spec, ContainerDirectory files) {
    return new Resident(
        spec.id().hex(),
        spec.name(),
        spec.hostname(),
        spec.config().path("Domainname").asText(""),
        files.network());
  }
}
