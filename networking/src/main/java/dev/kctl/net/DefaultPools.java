package dev.kctl.net;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Subnets for networks whose user named none: Docker's pools, and a unique local prefix. */
final class DefaultPools {
  private static final int UNIQUE_LOCAL_PREFIX = 64;

  private DefaultPools() {}

  /** The first of Docker's default subnets that overlaps nothing, the host's routes included. */
  static Subnet ipv4(Collection<Subnet> taken) {
    return candidates()
        .filter(candidate -> taken.stream().noneMatch(candidate::overlaps))
        .findFirst()
        .orElseThrow(
            () ->
                new SubnetUnavailable(
                    "every default subnet overlaps a network or a route of this host: name one with"
                        + " --subnet"));
  }

  private static Stream<Subnet> candidates() {
    return Stream.concat(
        IntStream.rangeClosed(17, 31).mapToObj(i -> Subnet.parse("172." + i + ".0.0/16")),
        IntStream.range(0, 16).mapToObj(i -> Subnet.parse("192.168." + 16 * i + ".0/20")));
  }

  /**
   * A /64 below a prefix that is this host's own (RFC 4193): fd, 40 bits of the host's identity, 16
   * bits that count upwards from the network's id until nothing overlaps.
   *
   * @param host bytes that no other host has, at least five
   */
  static Subnet uniqueLocal(byte[] host, String networkId, Collection<Subnet> taken) {
    var start = Integer.parseInt(networkId.substring(0, 4), 16);
    for (var i = 0; i < 1 << 16; i++) {
      var bytes = ByteBuffer.allocate(16).put((byte) 0xfd).put(host, 0, 5);
      bytes.putShort((short) (start + i));
      var candidate =
          new Subnet(
              new IpAddress(Family.IPV6, new BigInteger(1, bytes.array())), UNIQUE_LOCAL_PREFIX);
      if (taken.stream().noneMatch(candidate::overlaps)) {
        return candidate;
      }
    }
    throw new SubnetUnavailable("every unique local subnet of this host is taken");
  }

  /** The addresses of a family among others. */
  static List<Subnet> of(Family family, Collection<Subnet> all) {
    return all.stream().filter(subnet -> subnet.family() == family).toList();
  }
}
