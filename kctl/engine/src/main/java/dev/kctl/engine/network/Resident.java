package dev.kctl.engine.network;

import java.nio.file.Path;

/**
 * A container as its networks know it.
 *
 * @param id all 64 digits
 * @param file in which is kept, as long as it runs, what was chosen for it
 */
public record Resident(String id, String name, String hostname, String domainname, Path file) {
  private static final int SHORT_ID = 12;

  String shortId() {
    return id.substring(0, SHORT_ID);
  }

  Resident renamed(String other) {
    return new Resident(id, other, hostname, domainname, file);
  }
}
