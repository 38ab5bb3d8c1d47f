package dev.kctl.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Lets the host forward, with as little change as does it, in the calling thread's network
 * namespace. The host's default routes stay: IPv6 loses those it learned from a router once it
 * forwards everywhere.
 */
public final class Forwarding {
  private static final Path IPV4 = Path.of("/proc/sys/net/ipv4/ip_forward");
  private static final Path IPV6 = Path.of("/proc/sys/net/ipv6/conf");

  private Forwarding() {}

  /**
   * Sees to it that packets pass between the bridges and the uplinks.
   *
   * @param uplinks the devices of the default routes
   * @return what was changed, one line each
   */
  public static List<String> enable(Collection<String> bridges, Collection<String> uplinks) {
    var changed = new ArrayList<String>();
    set(IPV4, "1", changed);
    if (Files.exists(IPV6)) {
      ipv6(bridges, uplinks, changed);
    }
    return changed;
  }

  /** From Linux 6.17 a device can forward without the host becoming a router on it. */
  private static void ipv6(
      Collection<String> bridges, Collection<String> uplinks, List<String> changed) {
    if (Files.exists(IPV6.resolve("all/force_forwarding"))) {
      bridges.forEach(bridge -> set(IPV6.resolve(bridge + "/force_forwarding"), "1", changed));
      uplinks.forEach(uplink -> set(IPV6.resolve(uplink + "/force_forwarding"), "1", changed));
      return;
    }
    for (var uplink : uplinks) {
      var acceptsRoutes = IPV6.resolve(uplink + "/accept_ra");
      if (read(acceptsRoutes).equals("1")) {
        set(acceptsRoutes, "2", changed);
      }
    }
    set(IPV6.resolve("all/forwarding"), "1", changed);
  }

  private static void set(Path sysctl, String value, List<String> changed) {
    if (read(sysctl).equals(value)) {
      return;
    }
    try {
      Files.writeString(sysctl, value);
      changed.add(sysctl + " is " + value + " now");
    } catch (IOException e) {
      throw new KernelRefused("setting " + sysctl + " to " + value, e);
    }
  }

  private static String read(Path sysctl) {
    try {
      return Files.readString(sysctl).strip();
    } catch (IOException e) {
      throw new KernelRefused("reading " + sysctl, e);
    }
  }
}
