package dev.kctl.net;

import org.jspecify.annotations.Nullable;

/** What a container asks of a network; null where kctl is to choose. */
public record LeaseRequest(
    String container, @Nullable IpAddress v4, @Nullable IpAddress v6, @Nullable MacAddress mac) {
  /** A container that takes what it gets. */
  public static LeaseRequest of(String container) {
    return new LeaseRequest(container, null, null, null);
  }
}
