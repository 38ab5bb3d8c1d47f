package dev.kctl.net;

/**
 * A network device as the kernel lists it.
 *
 * @param master the index of the bridge that it is a port of, or 0
 * @param kind {@code bridge}, {@code tun}, {@code veth}, or empty
 * @param carrier whether somebody holds the other end
 */
record Link(
    int index, String name, int mtu, int master, String kind, boolean up, boolean carrier) {}
