package dev.kctl.engine.network;

import dev.kctl.net.IpAddress;
import dev.kctl.net.NetworkException;
import java.util.List;

/**
 * How a container wants names resolved.
 *
 * @param servers who is asked instead of the host's servers; empty for these
 * @param search domains instead of the host's; empty for these, one "." for none
 * @param options for its libc
 */
public record DnsWishes(List<IpAddress> servers, List<String> search, List<String> options) {
  public DnsWishes {
    servers = List.copyOf(servers);
    search = List.copyOf(search);
    options = List.copyOf(options);
  }

  static DnsWishes of(List<String> servers, List<String> search, List<String> options) {
    for (var word : search) {
      check(word);
    }
    for (var word : options) {
      check(word);
    }
    return new DnsWishes(servers.stream().map(DnsWishes::address).toList(), search, options);
  }

  private static IpAddress address(String text) {
    try {
      return IpAddress.parse(text);
    } catch (NetworkException e) {
      throw NetworkRefusal.invalid("bad nameserver address: " + e.getMessage());
    }
  }

  /** It becomes a word of a line in {@code resolv.conf}. */
  private static void check(String word) {
    if (word.isEmpty() || word.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
      throw NetworkRefusal.invalid("bad word for resolv.conf: \"" + word + "\"");
    }
  }
}
