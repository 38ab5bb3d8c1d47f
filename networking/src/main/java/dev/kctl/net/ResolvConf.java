package dev.kctl.net;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What {@code resolv.conf(5)} says.
 *
 * @param servers at most three, as libc takes them; one with a scope that is not there is left out
 * @param search the domains of the last line that names any
 */
record ResolvConf(List<InetAddress> servers, List<String> search) {
  private static final int MOST_SERVERS = 3;

  static ResolvConf parse(String text) {
    var servers = new ArrayList<InetAddress>();
    var search = List.<String>of();
    for (var line : text.lines().toList()) {
      var words = line.strip().split("\\s+");
      switch (words[0]) {
        case "nameserver" -> {
          if (words.length > 1 && servers.size() < MOST_SERVERS) {
            addServer(words[1], servers);
          }
        }
        case "search", "domain" -> search = List.of(words).subList(1, words.length);
        default -> {
          // Options of libc, comments.
        }
      }
    }
    return new ResolvConf(List.copyOf(servers), search);
  }

  private static void addServer(String literal, List<InetAddress> servers) {
    try {
      servers.add(InetAddress.ofLiteral(literal));
    } catch (IllegalArgumentException _) {
      // Not an address, or of a device that is not there now.
    }
  }

  @Override
  public String toString() {
    return Arrays.toString(servers.toArray()) + " " + search;
  }
}
