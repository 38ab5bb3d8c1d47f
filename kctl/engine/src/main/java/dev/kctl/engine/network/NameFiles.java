package dev.kctl.engine.network;

import dev.kctl.net.IpAddress;
import java.util.List;

/** The files by which programs in a container find names. */
final class NameFiles {
  private static final String RESOLVER = "127.0.0.11";
  private static final String LOOPBACK = "127.0.0.1";

  private NameFiles() {}

  /**
   * What follows loopback's lines in {@code /etc/hosts}.
   *
   * @param own the container's addresses; none where it has loopback alone
   * @param gateway the host's addresses for `host-gateway`
   */
  static String hosts(
      NetworkWishes wishes, Resident resident, List<IpAddress> own, List<IpAddress> gateway) {
    var text = new StringBuilder();
    for (var host : wishes.hosts()) {
      var address = host.address();
      for (var one : address == null ? gateway : List.of(address)) {
        line(text, one.toString(), host.name());
      }
    }
    var domain = resident.domainname();
    var names =
        domain.isEmpty()
            ? resident.hostname()
            : resident.hostname() + "." + domain + " " + resident.hostname();
    if (own.isEmpty()) {
      line(text, LOOPBACK, names);
    }
    own.forEach(address -> line(text, address.toString(), names));
    return text.toString();
  }

  private static void line(StringBuilder text, String address, String names) {
    text.append(address).append('\t').append(names).append('\n');
  }

  /**
   * The {@code resolv.conf} of a container that is in a network: one server, ours, and the host's
   * search domains where the container has none of its own.
   */
  static String resolvConf(DnsWishes wishes, List<String> hostsSearch) {
    var text = new StringBuilder("nameserver " + RESOLVER + "\n");
    var search = wishes.search().isEmpty() ? hostsSearch : wishes.search();
    if (!search.isEmpty() && !search.equals(List.of("."))) {
      text.append("search ").append(String.join(" ", search)).append('\n');
    }
    var dots = wishes.options().stream().anyMatch(option -> option.startsWith("ndots:"));
    text.append("options ").append(dots ? "" : "ndots:0 ");
    text.append(String.join(" ", wishes.options()));
    return text.toString().stripTrailing() + "\n";
  }

  /** That of a container with loopback alone: what it asked for, as it is. */
  static String resolvConf(DnsWishes wishes) {
    var text = new StringBuilder();
    wishes.servers().forEach(server -> text.append("nameserver ").append(server).append('\n'));
    if (!wishes.search().isEmpty()) {
      text.append("search ").append(String.join(" ", wishes.search())).append('\n');
    }
    if (!wishes.options().isEmpty()) {
      text.append("options ").append(String.join(" ", wishes.options())).append('\n');
    }
    return text.toString();
  }
}
