package dev.kctl.net;

import org.jspecify.annotations.Nullable;

/**
 * A port of the host that leads to a port of a container.
 *
 * @param hostAddress null for every address of the host
 */
public record PublishedPort(
    @Nullable IpAddress hostAddress, int hostPort, int containerPort, Protocol protocol) {}
